// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Fleet
import Manifest
import Model
import Secrets

/// What a server of secrets answers is a secret or an error, and the error shows nothing of the answer.
enum VaultAnswerProperties {
    static func check(_ bytes: [UInt8]) async throws {
        let masked = (try? JSON.read(bytes)).map { JSON.write($0.masked { _ in true }) }
        for edition in [SecretStore.KeyValueEdition.one, .two] {
            for server in [Server(status: 200), Server(status: 404), Server(status: 200, letsIn: false)] {
                let answer = await read(server.answering(bytes), edition)
                try require(await read(server.answering(bytes), edition) == answer, "an answer says two things")
                guard let masked else { continue }
                let other = await read(server.answering(masked), edition)
                try require(other.outline == answer.outline, "\(answer.outline): depends on a value of the answer")
            }
        }
        let ring = KeyRing(transit: Transit(token: nil, send: Server(status: 200, letsIn: false).answering(bytes)))
        let opened = try? await SOPS.decrypt(Array(file.utf8), .yaml, with: ring)
        try require(opened == nil, "a key that was made up opens a file")
    }

    private struct Server: Sendable {
        var status: Int
        /// Whether who signs in is let in, or given the answer, too.
        var letsIn = true

        func answering(_ bytes: [UInt8]) -> VaultStore.Send {
            { request throws(StoreError) in
                guard letsIn, request.url.string.contains("/auth/") else {
                    return VaultResponse(status: status, body: Secret(bytes))
                }
                return VaultResponse(status: 200, body: Secret(Array(login.utf8)))
            }
        }
    }

    private static let login = #"{"auth": {"client_token": "t", "lease_duration": 60, "renewable": true}}"#

    private static func read(
        _ send: @escaping VaultStore.Send, _ edition: SecretStore.KeyValueEdition
    ) async -> Result<StoredSecret, StoreError> {
        do throws(StoreError) {
            let connection = try VaultConnection(Array(settings.utf8), file: "main.yaml")
            let ticks = Ticks()
            let store = VaultStore(
                connection, engine: "kv", edition: edition,
                fingerprints: SecretFingerprints(key: [UInt8](repeating: 7, count: 32)), send: send,
                readFile: { _ throws(StoreError) in [] }, now: { ticks.next() })
            _ = try await store.read("a", version: nil)
            // What was granted has to be renewed by now, or has ended.
            return .success(try await store.read("a", version: nil))
        } catch { return .failure(error) }
    }

    private static let settings = "address: http://v\nsignIn: {appRole: {role: r, secret: s}}\n"

    private static let file = """
        a: ENC[AES256_GCM,data:AA==,iv:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=,tag:AAAAAAAAAAAAAAAAAAAAAA==,type:str]
        sops:
            hc_vault:
                - {vault_address: "http://v", engine_path: transit, key_name: k, created_at: "2026-01-02T03:04:05Z", enc: "vault:v1:AA"}
            lastmodified: "2026-01-02T03:04:05Z"
            mac: ENC[AES256_GCM,data:AA==,iv:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=,tag:AAAAAAAAAAAAAAAAAAAAAA==,type:str]
            version: 3.9.0

        """
}

extension Result where Success == StoredSecret, Failure == StoreError {
    /// All but the values, and what is made of them.
    fileprivate var outline: String {
        switch self {
        case .success(let secret): "\(secret.number ?? 0) \(secret.values.keys.sorted())"
        case .failure(let error): "\(error.state) \(error)"
        }
    }
}
