// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import CLinux
import Glibc
import Logging
package import Manifest
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// The certificate and key that a listener shows, in files of PEM.
package struct TLSFiles: Sendable, Hashable {
    /// The server's own certificate first, then those that vouch for it.
    package var certificate: Text
    package var key: Text

    package init(certificate: Text, key: Text) {
        self.certificate = certificate
        self.key = key
    }
}

/// Reads the files again when they have changed, and goes on with what it has when the new ones are not in order: a
/// renewal that goes wrong must not end the service before the old certificate does.
final class CertificateKeeper: Sendable {
    private struct Pair: Sendable {
        var chain: [NIOSSLCertificateSource]
        var key: NIOSSLPrivateKeySource
    }

    private struct State: Sendable {
        var pair: Pair
        /// Of the files that `pair` came from, or that were refused last.
        var stamp: [FileStamp?]
        var next: ContinuousClock.Instant
    }

    private let files: TLSFiles
    private let log: Logger
    private let state: Mutex<State>
    private let interval: Duration

    /// - Parameter interval: the least time between two looks at the files. Handshakes ask.
    init(_ files: TLSFiles, log: Logger, interval: Duration) throws(APIError) {
        self.files = files
        self.log = log
        self.interval = interval
        let stamp = Self.stamps(files)
        state = Mutex(
            State(pair: try Self.load(files), stamp: stamp, next: .now.advanced(by: interval)))
    }

    /// TLS 1.2 at least; each handshake asks for the certificate of the moment.
    var configuration: TLSConfiguration {
        let pair = state.withLock(\.pair)
        var configuration = TLSConfiguration.makeServerConfiguration(certificateChain: pair.chain, privateKey: pair.key)
        configuration.minimumTLSVersion = .tlsv12
        configuration.sslContextCallback = { [self] _, promise in
            let known = state.withLock { state in state.next > .now ? state.pair : nil }
            if let known { return promise.succeed(Self.override(known)) }
            NIOThreadPool.singleton.submit { _ in promise.succeed(Self.override(self.newest())) }
        }
        return configuration
    }

    /// Blocks: looks at the files.
    private func newest() -> Pair {
        let stamp = Self.stamps(files)
        return state.withLock { state in
            state.next = .now.advanced(by: interval)
            guard stamp != state.stamp else { return state.pair }
            state.stamp = stamp
            do throws(APIError) {
                state.pair = try Self.load(files)
                log.info("the certificate \(files.certificate) was renewed")
            } catch {
                log.error("the new certificate is not used: \(error)")
            }
            return state.pair
        }
    }

    private static func override(_ pair: Pair) -> NIOSSLContextConfigurationOverride {
        var override = NIOSSLContextConfigurationOverride()
        override.certificateChain = pair.chain
        override.privateKey = pair.key
        return override
    }

    private static func load(_ files: TLSFiles) throws(APIError) -> Pair {
        for file in [files.certificate, files.key] where access(file.string, R_OK) != 0 {
            let reason = errno == ENOENT ? "is not there" : "cannot be read: \(String(cString: strerror(errno)))"
            throw APIError(.invalid, Text("\(file): \(reason)"))
        }
        let chain: [NIOSSLCertificate]
        do { chain = try NIOSSLCertificate.fromPEMFile(files.certificate.string) } catch {
            throw APIError(.invalid, "\(files.certificate): is no certificate in PEM that can be read")
        }
        guard !chain.isEmpty else { throw APIError(.invalid, "\(files.certificate): holds no certificate") }
        let key: NIOSSLPrivateKey
        do { key = try NIOSSLPrivateKey(file: files.key.string, format: .pem) } catch {
            throw APIError(.invalid, "\(files.key): is no private key in PEM that can be read")
        }
        let pair = Pair(chain: chain.map { .certificate($0) }, key: .privateKey(key))
        do {
            _ = try NIOSSLContext(
                configuration: .makeServerConfiguration(certificateChain: pair.chain, privateKey: pair.key))
        } catch {
            throw APIError(.invalid, "\(files.key): is not the key of the certificate \(files.certificate)")
        }
        return pair
    }

    /// What tells one content of a file from the next; a renewal replaces the file, or what a link leads to.
    private struct FileStamp: Sendable, Equatable {
        var device: UInt64
        var node: UInt64
        var size: Int64
        /// Nanoseconds since 1970.
        var changed: Int64
    }

    private static func stamps(_ files: TLSFiles) -> [FileStamp?] {
        [files.certificate, files.key].map { file in
            let descriptor = open(file.string, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
            guard descriptor >= 0 else { return nil }
            defer { close(descriptor) }
            var metadata = clinux_metadata()
            guard clinux_statx(descriptor, "", &metadata) == 0 else { return nil }
            return FileStamp(
                device: metadata.device, node: metadata.inode, size: metadata.size, changed: metadata.modified)
        }
    }
}
