// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// Where an engine answers.
package enum Endpoint: Sendable, Hashable {
    /// A unix socket, by its path.
    case unixSocket(Text)
    /// `http://` or `https://` with host and port, without a path.
    case network(Text)

    /// The socket of the daemon that owns a state folder.
    package static func daemon(ofState folder: Text) -> Endpoint {
        .unixSocket(Text(folder.string + (folder.string.hasSuffix("/") ? "" : "/") + "trimtab.sock"))
    }

    /// What a socket's path may measure on Linux, the final NUL left out.
    package static let longestSocketPath = 107

    package func url(path: Text, query: String) -> String {
        let base =
            switch self {
            case .unixSocket(let socket): "http+unix://" + PercentEncoding.encode(socket.utf8)
            case .network(let url): url.string
            }
        return base + path.string + (query.isEmpty ? "" : "?" + query)
    }
}

extension Endpoint: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unixSocket(let path): path.string
        case .network(let url): url.string
        }
    }
}
