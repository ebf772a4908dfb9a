// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import AsyncHTTPClient
import Foundation
import Manifest
import Model
import NIOHTTP1
import NIOSSL
import Server
import TestSupport
import Testing

@Suite struct TLSTests {
    /// Asks while trusting this certificate alone; `nil` when the server shows another.
    private func ask(
        _ site: NetworkSite, trusting file: Text, http1: Bool = false
    ) async throws -> NetworkSite.Answer? {
        var configuration = HTTPClient.Configuration()
        configuration.tlsConfiguration = .makeClientConfiguration()
        configuration.tlsConfiguration?.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(file.string))
        if http1 { configuration.httpVersion = .http1Only }
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        let answer = try? await site.send(.GET, "/v1/status", client: client)
        try await client.shutdown()
        return answer
    }

    @Test func `a file that is not there is named`() async throws {
        let files = TLSFiles(certificate: "/nonexistent/one.crt", key: "/nonexistent/one.key")
        let error = await #expect(throws: APIError.self) { try await withNetworkSite(files: files) { _ in } }
        #expect(error?.message == "/nonexistent/one.crt: is not there")
    }

    @Test func `an address that is taken is named`() async throws {
        try await withNetworkSite { site in
            let error = await #expect(throws: APIError.self) { try await withNetworkSite(port: site.port) { _ in } }
            #expect(error?.message == "127.0.0.1:\(site.port) is in use by another process")
            #expect(error?.code == .unavailable)
        }
    }

    @Test func `HTTP/2 and HTTP/1.1 are spoken over TLS, and browsers are told to stay there`() async throws {
        try await withScratchFolder { folder in
            let files = try await makeCertificate("one", in: folder)
            try await withNetworkSite(files: files) { site in
                for (http1, version) in [(false, HTTPVersion.http2), (true, .http1_1)] {
                    let answer = try #require(try await ask(site, trusting: files.certificate, http1: http1))
                    #expect(answer.version == version && answer.status == 401)
                    #expect(answer.headers.first(name: "strict-transport-security") == "max-age=31536000")
                }
                let plain = try await RawConnection.exchange(
                    port: site.port, "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
                #expect(!plain.contains("200"))
            }
        }
    }

    @Test func `a certificate that is renewed is shown from then on, and one that is broken is not`() async throws {
        try await withScratchFolder { folder in
            let (one, two) = (
                try await makeCertificate("one", in: folder), try await makeCertificate("two", in: folder)
            )
            let shown = TLSFiles(certificate: Text(folder.path + "/tls.crt"), key: Text(folder.path + "/tls.key"))

            @Sendable func put(_ file: Text, at place: Text) throws {
                try Data(contentsOf: URL(fileURLWithPath: file.string)).write(
                    to: URL(fileURLWithPath: place.string), options: .atomic)
            }
            try put(one.certificate, at: shown.certificate)
            try put(one.key, at: shown.key)
            var limits = APIServer.Limits()
            limits.certificateInterval = .zero
            try await withNetworkSite(files: shown, limits: limits) { site in
                #expect(try await ask(site, trusting: one.certificate) != nil)
                // The key of another certificate.
                try put(two.key, at: shown.key)
                #expect(try await ask(site, trusting: one.certificate) != nil)
                try put(two.certificate, at: shown.certificate)
                #expect(try await ask(site, trusting: two.certificate) != nil)
                #expect(try await ask(site, trusting: one.certificate) == nil)
                try FileManager.default.removeItem(atPath: shown.certificate.string)
                #expect(try await ask(site, trusting: two.certificate) != nil)
            }
        }
    }

    @Test func `a server does not start with a key that is another's`() async throws {
        try await withScratchFolder { folder in
            let (one, two) = (
                try await makeCertificate("one", in: folder), try await makeCertificate("two", in: folder)
            )
            for files in [
                TLSFiles(certificate: one.certificate, key: two.key), TLSFiles(certificate: one.key, key: one.key),
                TLSFiles(certificate: "/nonexistent", key: one.key),
            ] {
                let error = await #expect(throws: APIError.self) { try await withNetworkSite(files: files) { _ in } }
                #expect(error?.code == .invalid)
            }
        }
    }

    @Test func `a connection that never begins TLS is closed`() async throws {
        var limits = APIServer.Limits()
        limits.handshake = .milliseconds(300)
        let patience = limits
        try await withScratchFolder { folder in
            let files = try await makeCertificate("one", in: folder)
            try await withNetworkSite(files: files, limits: patience) { site in
                // The head of a record that is never complete.
                let isClosed = try await RawConnection.isClosed(
                    port: site.port, trickling: "\u{16}\u{3}\u{1}\u{10}\u{0}\u{1}")
                #expect(isClosed)
            }
        }
    }
}
