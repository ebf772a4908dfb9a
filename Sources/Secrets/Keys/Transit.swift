// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// Asks the transit engine of a Vault or OpenBao to encrypt and decrypt data keys.
package struct Transit: Sendable {
    /// What the engine is asked: `POST` of a JSON object, with the token in `X-Vault-Token`.
    package struct Request: Sendable {
        package var url: Text
        package var token: Secret<Text>
        package var body: Secret<[UInt8]>
    }

    package struct Response: Sendable {
        package var status: Int
        package var body: Secret<[UInt8]>

        package init(status: Int, body: Secret<[UInt8]>) {
            self.status = status
            self.body = body
        }
    }

    private let token: Secret<Text>
    private let send: @Sendable (Request) async throws -> Response

    package init(token: Secret<Text>, send: @escaping @Sendable (Request) async throws -> Response) {
        self.token = token
        self.send = send
    }

    func encrypt(_ plain: Secret<[UInt8]>, with key: TransitKey) async throws(SecretsError) -> Text {
        let body = plain.withExposed { plain -> Value in ["plaintext": .string(Text(Base64.encode(plain)))] }
        let answer = try await ask("encrypt", key, body)
        guard let text = answer["data"]?["ciphertext"]?.stringValue else { throw unusable(key) }
        return text
    }

    func decrypt(_ encrypted: Text, with key: TransitKey) async throws(SecretsError) -> Secret<[UInt8]> {
        let answer = try await ask("decrypt", key, ["ciphertext": .string(encrypted)])
        guard let text = answer["data"]?["plaintext"]?.stringValue, let plain = Base64.decode(text.utf8) else {
            throw unusable(key)
        }
        return Secret(plain)
    }

    private func unusable(_ key: TransitKey) -> SecretsError {
        SecretsError(.keyService, "\(key.address): the answer is none of a transit engine")
    }

    private func ask(_ verb: Text, _ key: TransitKey, _ body: Value) async throws(SecretsError) -> Value {
        guard key.address.utf8.starts(with: "https://".utf8) || key.address.utf8.starts(with: "http://".utf8),
            Self.isPath(key.engine), Self.isPath(key.name)
        else { throw SecretsError(.malformed, "\(key.address)/v1/\(key.engine)/\(key.name) is no address of a key") }
        let request = Request(
            url: "\(key.address)/v1/\(key.engine)/\(verb)/\(key.name)", token: token, body: Secret(JSON.write(body)))
        let response: Response
        do {
            response = try await send(request)
        } catch {
            throw SecretsError(.keyService, "\(key.address): \(error)")
        }
        guard response.status == 200 else {
            let advice =
                response.status == 403 ? "the token may not \(verb) with \(key.engine)/\(key.name)" : nil
            throw SecretsError(.keyService, "\(key.address): answered \(response.status)", advice: advice)
        }
        return try response.body.withExposed { bytes throws(SecretsError) in
            guard let value = try? JSON.read(bytes, budget: Self.budget) else { throw unusable(key) }
            return value
        }
    }

    private static let budget = Budget(bytes: 1 << 20, depth: 16, nodes: 10_000, documents: 1)

    /// Names of keys come from files that strangers write, and go into an address.
    private static func isPath(_ text: Text) -> Bool {
        !text.isEmpty
            && text.string.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { part in
                !part.isEmpty && part != "." && part != ".."
                    && part.utf8.allSatisfy { byte in
                        switch byte {
                        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"),
                            UInt8(ascii: "."):
                            true
                        default: false
                        }
                    }
            }
    }
}
