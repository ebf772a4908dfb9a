// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import BenchmarkSupport
import Foundation
import GitServers

/// From where the program fetches the fleet: its folder, or a server on the loopback that serves this folder.
enum FleetServer: Sendable {
    case folder(FleetFolder)
    /// `git http-backend`, a process for each request.
    case http(GitHTTPServer, FleetFolder)
    /// An `sshd` for each connection, with a key for the host and one for whoever asks.
    case ssh(SSHServer, FleetFolder)

    /// - Parameter way: `folder`, `http` or `ssh`.
    static func start(_ way: String, for fleet: FleetFolder) async throws -> FleetServer {
        switch way {
        case "folder": return .folder(fleet)
        case "http":
            let server = try await GitHTTPServer.start(root: fleet.folder)
            try fleet.trust("fleet: \(server.origin)/fleet/.git\ninterval: 60s\nallow: [plainHTTP]\n")
            return .http(server, fleet)
        case "ssh":
            let server = try SSHServer.start(in: fleet.folder.appendingPathComponent("sshd"))
            try fleet.addCredentials(of: server)
            let url = server.url(of: URL(fileURLWithPath: fleet.path))
            try fleet.trust(
                "fleet: \(url)\ninterval: 60s\ncredentials: forge\nknownHosts: \(server.knownHosts.path)\n")
            return .ssh(server, fleet)
        default: throw Child.Failed(description: "BENCH_OVER is folder, http or ssh, and not \(way)")
        }
    }

    /// What tells the program where the fleet lies.
    var arguments: [String] {
        switch self {
        case .folder(let fleet): ["--fleet", fleet.path]
        case .http(_, let fleet), .ssh(_, let fleet): ["--trust", fleet.trustFile]
        }
    }

    func stop() async {
        switch self {
        case .folder: break
        case .http(let server, _): await server.stop()
        case .ssh(let server, _): server.stop()
        }
    }
}

extension FleetFolder {
    var trustFile: String { folder.appendingPathComponent("trust.yaml").path }

    fileprivate func trust(_ content: String) throws {
        try Data(content.utf8).write(to: URL(fileURLWithPath: trustFile))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: trustFile)
    }

    fileprivate func addCredentials(of server: SSHServer) throws {
        let credentials = URL(fileURLWithPath: state).appendingPathComponent("credentials")
        try FileManager.default.createDirectory(
            at: credentials, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let (file, key) = (
            credentials.appendingPathComponent("forge"), credentials.appendingPathComponent("forge.key")
        )
        try Data("url=ssh://127.0.0.1:\(server.port)\nidentity=forge.key\n".utf8).write(to: file)
        try FileManager.default.copyItem(at: server.identity, to: key)
        for file in [file, key] {
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file.path)
        }
    }
}
