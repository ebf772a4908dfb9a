// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import FoundationEssentials
import Manifest
import NIOSSL

/// What a request carries to prove who sends it, as it is now.
struct Identity: Sendable {
    var bearer: Secret<Text>?
    /// With the certificate in it, where there is one.
    var tls: TLSConfiguration?
    /// Tells one from the next.
    var number: Int
    private var made: ContinuousClock.Instant
    private var expires: Date?
    private var isExchanged: Bool

    /// How long what lies in a file is believed: those who exchange it leave the old one valid for longer.
    private static let fileAge: Duration = .seconds(60)
    /// A token is renewed before it expires.
    private static let leeway: TimeInterval = 10

    /// Whether it may still be used, at a moment of the monotonic clock and of the wall clock.
    func isFresh(_ now: ContinuousClock.Instant, _ date: Date) -> Bool {
        if let expires, date >= expires.addingTimeInterval(-Self.leeway) { return false }
        return !isExchanged || now - made < Self.fileAge
    }

    /// Reads files and runs programs as the connection says.
    static func make(for connection: Connection, number: Int) async throws(KubernetesError) -> Identity {
        let credential = connection.credential
        var identity = Identity(bearer: nil, tls: nil, number: number, made: .now, expires: nil, isExchanged: false)
        let authorities = try await bytes(connection.authorities)
        var pair: (chain: [UInt8], key: Secret<[UInt8]>)?
        if let certificate = credential.certificate {
            pair = (try await bytes(certificate.chain), Secret(try await bytes(certificate.key)))
            identity.isExchanged = certificate.chain.isFile || certificate.key.isFile
        }
        switch credential.bearer {
        case .token(let token): identity.bearer = token
        case .tokenFile(let path):
            let text = try await SmallFile.read(path)
            guard let token = Text(utf8: text.filter { $0 > 0x20 }), !token.isEmpty else {
                throw KubernetesError(.configuration, subject: path, message: "holds no token")
            }
            identity.bearer = Secret(token)
            identity.isExchanged = true
        case .program(let plugin):
            let answer = try await ExecCredential.ask(
                plugin, info: plugin.info(for: connection, authorities: authorities))
            identity.bearer = answer.token
            identity.expires = answer.expires
            if let certificate = answer.certificate { pair = certificate }
        case nil: break
        }
        if connection.server.isEncrypted {
            identity.tls = try TLSConfiguration.client(of: connection, authorities: authorities, certificate: pair)
        }
        return identity
    }

    private static func bytes(_ material: Credential.Material) async throws(KubernetesError) -> [UInt8] {
        switch material {
        case .inline(let secret): secret.withExposed { $0 }
        case .file(let path): try await SmallFile.read(path)
        }
    }

    private static func bytes(_ material: Credential.Material?) async throws(KubernetesError) -> [UInt8]? {
        guard let material else { return nil }
        return try await bytes(material) as [UInt8]
    }
}

extension Credential.Material {
    fileprivate var isFile: Bool { if case .file = self { true } else { false } }
}

extension TLSConfiguration {
    fileprivate static func client(
        of connection: Connection, authorities: [UInt8]?, certificate: (chain: [UInt8], key: Secret<[UInt8]>)?
    ) throws(KubernetesError) -> TLSConfiguration {
        func fail(_ what: String) -> KubernetesError {
            KubernetesError(.configuration, subject: Text("\(connection.server)"), message: Text(what))
        }
        var configuration = TLSConfiguration.makeClientConfiguration()
        if !connection.verifiesServer { configuration.certificateVerification = .none }
        if let authorities {
            guard let certificates = try? NIOSSLCertificate.fromPEMBytes(authorities), !certificates.isEmpty else {
                throw fail("the certificate authority is not in PEM")
            }
            configuration.trustRoots = .certificates(certificates)
        }
        if let certificate {
            guard let chain = try? NIOSSLCertificate.fromPEMBytes(certificate.chain), !chain.isEmpty else {
                throw fail("the client certificate is not in PEM")
            }
            guard let key = certificate.key.withExposed({ try? NIOSSLPrivateKey(bytes: $0, format: .pem) }) else {
                throw fail("the key of the client certificate is not an unencrypted key in PEM")
            }
            configuration.certificateChain = chain.map { .certificate($0) }
            configuration.privateKey = .privateKey(key)
        }
        return configuration
    }
}
