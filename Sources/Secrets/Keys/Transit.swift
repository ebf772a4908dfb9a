// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Fleet
package import Manifest

/// Asks the transit engine of a Vault or OpenBao to encrypt and decrypt data keys.
///
/// Format: the HTTP API of Vault, `secret/transit`.
package struct Transit: Sendable {
    /// Who asks; `nil` when the one who sends knows.
    private let token: Secret<Text>?
    private let send: VaultStore.Send

    package init(token: Secret<Text>?, send: @escaping VaultStore.Send) {
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
            // They come from files that strangers write, and go into an address.
            StorePath.isPath(key.engine), StorePath.isPath(key.name)
        else { throw SecretsError(.malformed, "\(key.address)/v1/\(key.engine)/\(key.name) is no address of a key") }
        let request = VaultRequest(
            method: .post, url: "\(key.address)/v1/\(key.engine)/\(verb)/\(key.name)", token: token,
            body: Secret(JSON.write(body)))
        let response: VaultResponse
        do throws(StoreError) { response = try await send(request) } catch {
            throw SecretsError(error)
        }
        guard response.status == 200 else {
            let failure = response.failure("\(key.address)")
            if failure.state.isPassing { throw SecretsError(failure) }
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
}

extension SecretsError {
    fileprivate init(_ error: StoreError) {
        self.init(
            error.state.isPassing ? .away : .keyService, error.reason.string, advice: error.advice?.string)
    }
}
