// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// What a Vault is asked, before it is known how it is sent.
package struct VaultRequest: Sendable {
    package enum Method: String, Sendable {
        case get = "GET"
        case post = "POST"
    }

    package var method: Method
    package var url: Text
    package var namespace: Text?
    package var token: Secret<Text>?
    /// JSON.
    package var body: Secret<[UInt8]>?
    /// A file of certificates that the server's must be signed by, beside the system's.
    package var certificateAuthority: Text?
}

package struct VaultResponse: Sendable {
    package var status: Int
    /// In seconds, as the server says it.
    package var retryAfter: Int?
    package var body: Secret<[UInt8]>

    package init(status: Int, retryAfter: Int? = nil, body: Secret<[UInt8]>) {
        self.status = status
        self.retryAfter = retryAfter
        self.body = body
    }

    /// Bytes of a body that are taken.
    package static let limit = 4 << 20
}

extension VaultResponse {
    /// What it says as JSON. Of what is no JSON nothing is told but that.
    func value() throws(StoreError) -> Value {
        try body.withExposed { bytes throws(StoreError) in
            let budget = Budget(bytes: Self.limit, depth: 32, nodes: 50_000, documents: 1)
            guard let value = try? JSON.read(bytes, budget: budget), value.objectValue != nil else {
                throw StoreError(.malformed, "the answer is none of a Vault: no JSON object")
            }
            return value
        }
    }

    /// What a status other than success means at a path.
    func failure(_ doing: Text) -> StoreError {
        let pause = retryAfter.map { Duration.seconds(max(0, min($0, 86_400))) }
        switch status {
        case 403: return StoreError(.denied, "\(doing) was denied", advice: "a policy of the server has to allow it")
        case 404: return StoreError(.missing, "\(doing): there is nothing there")
        case 413: return StoreError(.tooLarge, "\(doing): too large")
        case 429: return StoreError(.throttled, "\(doing): the server asks for a pause", retryAfter: pause)
        case 472, 473, 503:
            return StoreError(.unreachable, "\(doing): the server is sealed or on standby", retryAfter: pause)
        case 500...: return StoreError(.unreachable, "\(doing): the server answered \(status)", retryAfter: pause)
        case 300..<400:
            return StoreError(
                .malformed, "\(doing): the server redirects", advice: "the connection names the server that answers")
        default: return StoreError(.malformed, "\(doing): the server answered \(status)")
        }
    }
}
