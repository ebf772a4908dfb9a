// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Fleet
import Foundation
import GitSource
import Manifest
import Model
import SystemPackage

extension Trust {
    /// Reads the file that is given with `--trust`. Paths in it are relative to its folder.
    init(file: String) throws(APIError) {
        let bytes = try Self.read(file, limit: 1 << 20)
        let draft: Draft
        do {
            let documents = try YAML.read(bytes, file: Text(file))
            guard documents.count == 1, let document = documents.first else {
                throw APIError(.invalid, "\(file): must hold one document")
            }
            let places = Places(
                file: document.file, value: { document.position(of: $0) }, key: { document.keyPosition(of: $0) })
            draft = try Draft.shape.decode(document.value, in: places)
        } catch let error as APIError {
            throw error
        } catch {
            throw APIError(.invalid, "the trust file cannot be read: \(error)")
        }
        let folder = URL(fileURLWithPath: file).deletingLastPathComponent().path
        func path(_ text: Text) -> String { text.utf8.first == UInt8(ascii: "/") ? text.string : "\(folder)/\(text)" }
        fleet = draft.fleet
        credentials = draft.credentials
        knownHosts = draft.knownHosts.map { FilePath(path($0)) }
        authorities = draft.authorities.map { FilePath(path($0)) }
        credentialsFolder = draft.credentialsFolder.map { FilePath(path($0)) }
        if let branch = draft.branch { follow = .branch(branch) }
        if let keys = draft.keys {
            self.keys = SigningKeys(keys.scheme, try Self.read(path(keys.file), limit: SigningKeys.sizeLimit))
        }
        allowsRewrites = draft.allowsRewrites
        interval = draft.interval
        policy = AddressPolicy(
            allowsLocalPaths: draft.allowed.contains(.localPaths), allowsPlainHTTP: draft.allowed.contains(.plainHTTP))
        allowsWeakJail = draft.allowed.contains(.weakJail)
    }

    /// Whoever can write it can decide what runs here.
    private static func read(_ file: String, limit: Int) throws(APIError) -> [UInt8] {
        do {
            let attributes = try FileManager.default.attributesOfItem(atPath: file)
            guard let mode = attributes[.posixPermissions] as? Int, mode & 0o022 == 0 else {
                throw APIError(.invalid, "\(file) can be written by others", advice: "chmod go-w \(file)")
            }
            let data = try Data(contentsOf: URL(fileURLWithPath: file))
            guard data.count <= limit else { throw APIError(.invalid, "\(file) is too large") }
            return Array(data)
        } catch let error as APIError {
            throw error
        } catch {
            throw APIError(.invalid, "\(file) cannot be read: \(error.localizedDescription)")
        }
    }

    /// The file as it is written.
    private struct Draft: Sendable {
        enum Allowance: String, Sendable, CaseIterable {
            case localPaths, plainHTTP, weakJail
        }

        struct Keys: Sendable {
            var scheme: EmbeddedSignature.Scheme
            var file: Text
        }

        var fleet: Text?
        var branch: Text?
        var credentials: Text?
        var knownHosts: Text?
        var keys: Keys?
        var allowsRewrites: Bool
        var interval: Duration
        var authorities: Text?
        var credentialsFolder: Text?
        var allowed: [Allowance]

        static let shape = Shape<Draft>.object(
            Field.optional("fleet", .text, "The URL of the fleet's repository."),
            Field.optional("branch", .text, "The branch that is followed; the repository's own when left out."),
            Field.optional("credentials", .text, "The name of the credentials for the fleet's repository."),
            Field.optional("knownHosts", .text, "A file with the keys of the fleet's SSH host."),
            Field.optional("verify", verify, "Whose signature the fleet's commits must carry."),
            Field.optional("allowRewrites", .boolean, default: false, "Whether history may be rewritten."),
            Field.optional("interval", .duration, default: .seconds(60), "The time between two looks; 60s."),
            Field.optional("authorities", .text, "A file with the certificates of authorities, for HTTPS."),
            Field.optional("credentialsFolder", .text, "Where credentials lie; the state folder's own when left out."),
            Field.optional("allow", .list(of: .choice()), default: [], "Any of localPaths, plainHTTP and weakJail.")
        ) { fleet, branch, credentials, knownHosts, keys, rewrites, interval, authorities, folder, allowed in
            Draft(
                fleet: fleet, branch: branch, credentials: credentials, knownHosts: knownHosts, keys: keys,
                allowsRewrites: rewrites, interval: interval, authorities: authorities, credentialsFolder: folder,
                allowed: allowed)
        }

        private static let verify = Shape<Keys?>.object(
            Field.optional("ssh", .text, "A file of allowed signers, as ssh-keygen reads it."),
            Field.optional("gpg", .text, "A file of public keys, armoured or not.")
        ) { ssh, gpg in
            ssh.map { Keys(scheme: .ssh, file: $0) } ?? gpg.map { Keys(scheme: .gpg, file: $0) }
        }
        .exactlyOne(of: ["ssh", "gpg"])
        .parsed { $0.map { .value($0) } ?? .refused("names no keys") }
    }
}
