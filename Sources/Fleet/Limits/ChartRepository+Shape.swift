// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model

extension ChartRepository {
    var summary: Value { [.string(address), credentials.map(Value.string) ?? .null] }

    static let shape = Shape<ChartRepository>.either(
        Shape<Text>.chartRepository.map { ChartRepository(address: $0) },
        Shape<ChartRepository>.object(
            Field.required("repository", .chartRepository, "The address of the repository."),
            Field.optional("credentials", .text, "The name of credentials that lie with the agent.")
        ) { ChartRepository(address: $0, credentials: $1) })
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
        ) { Digest(named: $0.string) }
    }
}
