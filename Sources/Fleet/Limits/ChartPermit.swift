// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// A repository that a project's applications may take charts from, dependencies included.
package struct ChartPermit: Sendable, Hashable {
    /// Its address, without a slash at the end.
    package var repository: Text
    /// The name of credentials that lie with the agent.
    package var credentials: Text?

    package init(repository: Text, credentials: Text? = nil) {
        self.repository = Self.plain(repository)
        self.credentials = credentials
    }

    /// Whether an address is this repository's.
    package func covers(_ address: Text) -> Bool { Self.plain(address) == repository }

    private static func plain(_ address: Text) -> Text {
        Text(utf8: address.utf8.reversed().drop { $0 == UInt8(ascii: "/") }.reversed()) ?? address
    }

    var summary: Value { [.string(repository), credentials.map(Value.string) ?? .null] }
}

extension ChartPermit {
    static let shape = Shape<ChartPermit>.either(
        Shape<Text>.chartRepository.map { ChartPermit(repository: $0) },
        Shape<ChartPermit>.object(
            Field.required("repository", .chartRepository, "The address of the repository."),
            Field.optional("credentials", .text, "The name of credentials that lie with the agent.")
        ) { ChartPermit(repository: $0, credentials: $1) })
}

extension Shape where Output == Text {
    /// The address of a repository of charts: of HTTP, without a password in it.
    static var chartRepository: Shape {
        Shape<Text>.text.checked { address in
            let bytes = Array(address.utf8)
            guard bytes.starts(with: "https://".utf8) || bytes.starts(with: "http://".utf8) else {
                return "is no address of a repository of charts; it begins with https://"
            }
            return RepositoryURL.fault(address)
        }
        .described(as: "the address of a repository of charts", pattern: #"^https?://(?![/?])(?![^/?]*@)[^ ]+$"#)
    }
}

extension Shape where Output == Digest {
    static var digest: Shape {
        Shape<Text>.text(
            "a SHA-256 of 64 hexadecimal digits, with or without sha256: before them",
            pattern: "^(sha256:)?[0-9a-fA-F]{64}$"
        ) { text in
            let prefix = "sha256:"
            return Digest(
                hex: text.string.hasPrefix(prefix) ? String(text.string.dropFirst(prefix.count)) : text.string)
        }
    }
}
