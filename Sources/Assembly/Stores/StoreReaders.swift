// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Fleet
import Foundation
import Manifest
import Model
import Secrets

/// Makes what reads the stores that a fleet declares, of what lies with the agent: connections in the folder `stores` of
/// its state folder, each a file that nobody else may read.
struct StoreReaders: Sendable {
    private let folder: String
    private let fingerprints: SecretFingerprints
    private let clocks: Clocks
    private let transport = VaultTransport()

    init(state: String, fingerprints: SecretFingerprints, clocks: Clocks) {
        folder = state + "/stores"
        self.fingerprints = fingerprints
        self.clocks = clocks
    }

    func reader(of store: SecretStore) throws(StoreError) -> any SecretStoreReader {
        switch store.place {
        case .folder(let path): return FolderStore(folder: path, fingerprints: fingerprints)
        case .environment(let prefix):
            return EnvironmentStore(
                prefix: prefix, variables: ProcessInfo.processInfo.environment, fingerprints: fingerprints)
        case .vault(let name, let engine, let edition):
            let connection = try connection(name, for: store)
            return VaultStore(
                connection, engine: engine, edition: edition, fingerprints: fingerprints, send: transport.send,
                readFile: { path throws(StoreError) in try Self.file(path.string) }, now: clocks.monotonic)
        }
    }

    /// How the server of an address is asked to open what a project encrypts: by the first connection that leads there
    /// and names the project. Nothing in Git says who may have keys used, so one that names nobody serves nobody here.
    func connection(
        to address: Text, for project: ProjectName
    ) throws(StoreError) -> (file: Text, connection: VaultConnection) {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        var others: [String] = []
        for name in names.sorted() where name.hasSuffix(".yaml") {
            let path = folder + "/" + name
            let connection = try connection(inFile: path)
            guard connection.address == address else { continue }
            if connection.projects.contains(project.text) { return (Text(path), connection) }
            others.append(path)
        }
        guard !others.isEmpty else {
            throw StoreError(
                .unconfigured, "no connection of the agent leads to \(address)",
                advice: "they are described in \(Text(folder))")
        }
        throw StoreError(
            .unconfigured,
            "project \(project) may not use it: \"projects\" of \(Text(others.joined(separator: ", "))) does not name it"
        )
    }

    /// The server that a connection leads to, for its transit engine.
    func transitStore(by connection: VaultConnection) -> VaultStore {
        VaultStore(
            connection, engine: "transit", edition: .one, fingerprints: fingerprints, send: transport.send,
            readFile: { path throws(StoreError) in try Self.file(path.string) }, now: clocks.monotonic)
    }

    private func connection(inFile path: String) throws(StoreError) -> VaultConnection {
        guard let permissions = KeyFiles.permissions(path), permissions & 0o077 == 0 else {
            throw StoreError(.unconfigured, "\(Text(path)): others may read it", advice: "chmod 600 \(Text(path))")
        }
        return try VaultConnection(try Self.file(path), file: Text(path))
    }

    private func connection(_ name: Text, for store: SecretStore) throws(StoreError) -> VaultConnection {
        let path = "\(folder)/\(name).yaml"
        guard KeyFiles.permissions(path) != nil else {
            throw StoreError(
                .unconfigured, "the connection \(name) is not known here", advice: "it is described in \(Text(path))")
        }
        let connection = try connection(inFile: path)
        if let owner = store.owner, !connection.projects.contains(owner.text) {
            throw StoreError(
                .unconfigured, "project \(owner)'s own store may not use the connection \(name)",
                advice: "the \"projects\" of \(Text(path)) name whose may")
        }
        return connection
    }

    private static func file(_ path: String) throws(StoreError) -> [UInt8] {
        do throws(SecretsError) {
            guard let bytes = try KeyFiles.read(path) else {
                throw SecretsError(.noKey, "\(path): there is no such file")
            }
            return bytes
        } catch {
            throw StoreError(.unconfigured, Text(error.reason))
        }
    }
}
