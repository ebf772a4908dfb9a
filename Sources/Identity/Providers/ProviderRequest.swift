// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// What a provider of identities is asked, before it is known how it is sent.
package struct ProviderRequest: Sendable {
    package var url: Text
    /// A form to post; `nil` to get.
    package var form: Secret<[UInt8]>?
    /// The header of this name.
    package var authorization: Secret<Text>?
    /// A file of certificates that the server's must be signed by, beside the system's.
    package var certificateAuthority: Text?

    package init(
        url: Text, form: Secret<[UInt8]>? = nil, authorization: Secret<Text>? = nil, certificateAuthority: Text? = nil
    ) {
        self.url = url
        self.form = form
        self.authorization = authorization
        self.certificateAuthority = certificateAuthority
    }

    /// Sends it and gives what comes back, whatever its status; follows no redirect.
    package typealias Send = @Sendable (ProviderRequest) async throws(ProviderError) -> ProviderResponse
}

package struct ProviderResponse: Sendable {
    package var status: Int
    package var body: Secret<[UInt8]>

    package init(status: Int, body: Secret<[UInt8]>) {
        self.status = status
        self.body = body
    }

    /// Bytes of a body that are taken.
    package static let limit = 256 << 10

    /// What it says as JSON; `nil` when that is no map.
    var object: Object? {
        body.withExposed { bytes in
            let budget = Budget(bytes: Self.limit, depth: 16, nodes: 10_000, documents: 1)
            return (try? JSON.read(bytes, budget: budget))?.objectValue
        }
    }
}

/// Why a provider of identities is of no help. Shows nothing that is secret, and nothing to those who sign in.
package struct ProviderError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Kind: Sendable, Hashable {
        /// It does not answer; it may later.
        case unreachable
        /// It answers what cannot be used.
        case unusable
        /// It does not accept what it was sent: a code that was used, a secret that is wrong.
        case refused
    }

    package var kind: Kind
    package var message: Text

    package init(_ kind: Kind, _ message: Text) {
        self.kind = kind
        self.message = message
    }

    package var description: String { message.string }
}
