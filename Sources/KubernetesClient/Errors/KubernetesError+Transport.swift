// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import AsyncHTTPClient
import Manifest
import NIOCore
import NIOPosix
import NIOSSL

extension KubernetesError {
    static func cancelled(_ subject: Text) -> KubernetesError {
        KubernetesError(.cancelled, subject: subject, message: "cancelled")
    }

    static func timedOut(_ subject: Text, after limit: Duration) -> KubernetesError {
        KubernetesError(
            .timedOut, subject: subject,
            message: Text("the server did not answer in full within \(limit.components.seconds) s"))
    }

    /// What became of a request that has no answer.
    init(transport error: any Error, subject: Text, server: Text) {
        if let error = error as? KubernetesError {
            self = error
            return
        }
        func made(_ code: Code, _ words: String, wasNotSent: Bool = false) -> KubernetesError {
            KubernetesError(code, subject: subject, message: Text("\(server) \(words)"), wasNotSent: wasNotSent)
        }
        switch error {
        case is CancellationError: self = .cancelled(subject)
        case let error as HTTPClientError:
            switch error {
            case .cancelled: self = .cancelled(subject)
            case .connectTimeout, .tlsHandshakeTimeout, .getConnectionFromPoolTimeout, .socksHandshakeTimeout,
                .httpProxyHandshakeTimeout:
                self = made(.unreachable, "cannot be reached: no connection in time", wasNotSent: true)
            case .deadlineExceeded: self = made(.timedOut, "did not answer in time")
            case .readTimeout: self = made(.timedOut, "fell silent")
            case .remoteConnectionClosed: self = made(.unreachable, "closed the connection")
            case .proxyAuthenticationRequired, .invalidProxyResponse:
                self = made(.unreachable, "cannot be reached: the proxy refused: \(error)", wasNotSent: true)
            default: self = made(.unreachable, "cannot be asked: \(error)")
            }
        case let error as NIOConnectionError:
            let reason = error.connectionErrors.first.map { "\($0.error)" } ?? "no address for its name"
            self = made(.unreachable, "cannot be reached: \(reason)", wasNotSent: true)
        case NIOSSLError.uncleanShutdown:
            self = made(.unreachable, "closed the connection")
        case let error as NIOSSLError where error.isOfConnection:
            self = made(.unreachable, "broke the connection off while it was made", wasNotSent: true)
        case let error as NIOSSLError:
            self = made(.untrusted, "and we do not trust each other: \(error)", wasNotSent: true)
        case is NIOSSLExtraError:
            self = made(.untrusted, "has a certificate for another name: \(error)", wasNotSent: true)
        case let error as IOError:
            // A refused connection carried nothing.
            self = made(.unreachable, "cannot be asked: \(error)", wasNotSent: error.errnoCode == 111)
        default:
            self = made(.unreachable, "cannot be asked: \(error)")
        }
    }
}

extension NIOSSLError {
    /// The other side went away during the handshake: nobody has said a word about trust.
    fileprivate var isOfConnection: Bool {
        guard case .handshakeFailed(let cause) = self else { return false }
        return switch cause {
        case .zeroReturn, .syscallError: true
        case .sslError(let stack): stack == [.eofDuringHandshake]
        default: false
        }
    }
}
