// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation
import GitSource
import Manifest
import Model
import NIOSSL
import TestSupport
import Testing

@Suite struct TransportTests {
    @Test func `HTTPS with a password`() async throws {
        try await Bench.with { bench in
            let commit = try bench.origin.commit()
            let (certificate, server) = try await secureServer(bench)
            server.ask(for: "agent:s3cr3t/with:odd%characters")
            bench.authorities = certificate
            try bench.addCredential(
                "forge", "# for the test", "url=\(server.origin)", "username=agent",
                "password=s3cr3t/with:odd%characters")
            let source = try await bench.source(server.origin + "/origin/.git", credential: "forge")
            defer { source.database.close() }
            let look = await source.look(at: .branch("main"))
            #expect(look.accepted == commit, "\(look.complaint)")
            await server.stop()
        }
    }

    @Test func `A certificate of an unknown authority is refused`() async throws {
        try await Bench.with { bench in
            try bench.origin.commit()
            let (_, server) = try await secureServer(bench)
            let source = try await bench.source(server.origin + "/origin/.git")
            defer { source.database.close() }
            guard case .certificateRefused = await source.look(at: .branch("main")).failure else {
                Issue.record("\(await source.look(at: .branch("main")).complaint)")
                return
            }
            await server.stop()
        }
    }

    @Test func `SSH with a key and a known host`() async throws {
        try await Bench.with { bench in
            let commit = try bench.origin.commit()
            let server = try SSHServer.start(in: bench.scratch.appendingPathComponent("an sshd"))
            defer { server.stop() }
            try addIdentity(of: server, to: bench, knownHosts: server.knownHosts)
            let source = try await bench.source(server.url(of: bench.origin.folder), credential: "forge")
            defer { source.database.close() }
            let look = await source.look(at: .branch("main"))
            #expect(look.accepted == commit, "\(look.complaint)")
        }
    }

    @Test func `An unknown host key is refused`() async throws {
        try await Bench.with { bench in
            try bench.origin.commit()
            let server = try SSHServer.start(in: bench.scratch.appendingPathComponent("sshd"))
            defer { server.stop() }
            let other = bench.scratch.appendingPathComponent("other")
            try Data("[127.0.0.1]:1 ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA==\n".utf8).write(to: other)
            try addIdentity(of: server, to: bench, knownHosts: other)
            let url = server.url(of: bench.origin.folder)
            let source = try await bench.source(url, credential: "forge")
            defer { source.database.close() }
            let address = try RepositoryAddress(parsing: Text(url))
            #expect(await source.look(at: .branch("main")).failure == .hostUnknown(address))
        }
    }

    @Test func `A key that the server does not know is refused`() async throws {
        try await Bench.with { bench in
            try bench.origin.commit()
            let folder = bench.scratch.appendingPathComponent("sshd")
            let server = try SSHServer.start(in: folder)
            defer { server.stop() }
            try Data().write(to: folder.appendingPathComponent("authorized_keys"))
            try addIdentity(of: server, to: bench, knownHosts: server.knownHosts)
            let source = try await bench.source(server.url(of: bench.origin.folder), credential: "forge")
            defer { source.database.close() }
            guard case .unauthorised = await source.look(at: .branch("main")).failure else {
                Issue.record("\(await source.look(at: .branch("main")).complaint)")
                return
            }
        }
    }

    private func addIdentity(of server: SSHServer, to bench: Bench, knownHosts: URL) throws {
        try FileManager.default.copyItem(
            at: server.identity, to: bench.credentials.appendingPathComponent("forge.key"))
        try bench.addCredential(
            "forge", "url=ssh://\(server.user)@127.0.0.1:\(server.port)", "identity=forge.key",
            "known-hosts=\(knownHosts.path)")
    }

    private func secureServer(_ bench: Bench) async throws -> (certificate: URL, server: GitHTTPServer) {
        let key = bench.scratch.appendingPathComponent("server.key")
        let certificate = bench.scratch.appendingPathComponent("server.crt")
        let made = try TestProcess.run(
            "/usr/bin/openssl",
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key.path, "-out",
                certificate.path,
            ])
        try #require(made.status == 0, "\(made.text)")
        let configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: try NIOSSLCertificate.fromPEMFile(certificate.path).map { .certificate($0) },
            privateKey: .privateKey(try NIOSSLPrivateKey(file: key.path, format: .pem)))
        return (certificate, try await GitHTTPServer.start(root: bench.repositories, certificate: configuration))
    }
}
