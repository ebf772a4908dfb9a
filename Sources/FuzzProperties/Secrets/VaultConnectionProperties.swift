// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Secrets

/// What an administrator writes of a connection says the same in YAML and JSON, and what is refused of it shows no
/// secret.
enum VaultConnectionProperties {
    static func check(_ bytes: [UInt8]) throws {
        let connection = read(bytes)
        guard let documents = try? YAML.read(bytes, keys: .asWritten), documents.count == 1,
            let value = documents.first?.value
        else { return }
        let written = read(JSON.write(value))
        if case .success(let connection) = connection {
            try require(written == .success(connection), "the same connection says something else as JSON")
        }
        let masked = read(JSON.write(value.masked { ["token", "secret", "password"].contains($0) }))
        try require(words(masked) == words(written), "what is refused depends on a secret: \(words(written))")
    }

    private static func read(_ bytes: [UInt8]) -> Result<VaultConnection, StoreError> {
        do throws(StoreError) { return .success(try VaultConnection(bytes, file: "main.yaml")) } catch {
            return .failure(error)
        }
    }

    /// Without places: what is escaped in JSON moves what comes after it.
    private static func words(_ result: Result<VaultConnection, StoreError>) -> String {
        guard case .failure(let error) = result else { return "" }
        return "\(error)".filter { !$0.isNumber }
    }
}
