// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Fleet
package import Manifest
package import Model

/// An engine for keys and values of a Vault or OpenBao.
///
/// Formats: the HTTP API of Vault, `secret/kv/kv-v1`, `secret/kv/kv-v2`, `auth/*` and `auth/token`.
package actor VaultStore: SecretStoreReader {
    /// Sends a request within a bounded time; throws when nothing answers.
    package typealias Send = @Sendable (VaultRequest) async throws(StoreError) -> VaultResponse

    let connection: VaultConnection
    private let engine: Text
    private let edition: SecretStore.KeyValueEdition
    private let fingerprints: SecretFingerprints
    let send: Send
    /// Reads a small file, whole.
    let readFile: @Sendable (Text) throws(StoreError) -> [UInt8]
    let now: @Sendable () -> Moment
    var session = VaultSession()
    /// Renewing and signing in, for all who need it at the same time.
    let granting = SingleFlight<Text, Granted, StoreError>()

    /// A token that is good for now.
    struct Granted: Sendable {
        var token: Secret<Text>
        /// Whether it was granted just now.
        var isFresh: Bool
    }

    package init(
        _ connection: VaultConnection, engine: Text, edition: SecretStore.KeyValueEdition,
        fingerprints: SecretFingerprints, send: @escaping Send,
        readFile: @escaping @Sendable (Text) throws(StoreError) -> [UInt8], now: @escaping @Sendable () -> Moment
    ) {
        self.connection = connection
        self.engine = engine
        self.edition = edition
        self.fingerprints = fingerprints
        self.send = send
        self.readFile = readFile
        self.now = now
    }

    package func read(_ path: Text, version: Int64?) async throws(StoreError) -> StoredSecret {
        let response = try await asSignedIn { token throws(StoreError) in try await get(path, version, token) }
        let doing: Text = "\(connection.address): reading \(engine)/\(path)"
        if response.status == 404, edition == .two, let deleted = Self.deletion(in: response) {
            throw StoreError(.missing, "\(doing): \(deleted)")
        }
        guard response.status == 200 else { throw response.failure(doing) }
        return try secret(in: try response.value(), path, version)
    }

    /// Does what it takes to have a token, once for all who wait for one.
    func granted() async throws(StoreError) -> Granted {
        if case .use(let token) = session.next(now: now()) { return Granted(token: token, isFresh: false) }
        return try await granting.run(connection.address) { () async throws(StoreError) in try await self.grant() }
    }

    private func get(_ path: Text, _ version: Int64?, _ token: Secret<Text>) async throws(StoreError) -> VaultResponse {
        let url: Text
        switch (edition, version) {
        case (.one, nil): url = "\(engine)/\(path)"
        case (.one, .some):
            throw StoreError(.missing, "\(engine) keeps no versions", advice: "leave \"version\" out")
        case (.two, nil): url = "\(engine)/data/\(path)"
        case (.two, .some(let version)): url = "\(engine)/data/\(path)?version=\(Text("\(version)"))"
        }
        return try await send(request(.get, url, token: token))
    }

    func request(
        _ method: VaultRequest.Method, _ path: Text, token: Secret<Text>? = nil, body: Value? = nil
    ) -> VaultRequest {
        VaultRequest(
            method: method, url: "\(connection.address)/v1/\(path)", namespace: connection.namespace, token: token,
            body: body.map { Secret(JSON.write($0)) }, certificateAuthority: connection.certificateAuthority)
    }

    /// That a version was deleted stands in the answer that there is nothing.
    private static func deletion(in response: VaultResponse) -> String? {
        guard let metadata = (try? response.value())?["data"]?["metadata"], let version = metadata["version"]?.intValue
        else { return nil }
        return metadata["destroyed"] == true ? "version \(version) was destroyed" : "version \(version) was deleted"
    }

    private func secret(in answer: Value, _ path: Text, _ version: Int64?) throws(StoreError) -> StoredSecret {
        let outer = answer["data"]
        let data = edition == .two ? outer?["data"]?.objectValue : outer?.objectValue
        guard let data else {
            throw StoreError(
                .malformed, "\(connection.address): \(engine)/\(path): the answer holds no keys and values",
                advice: "is the engine one of version \(edition == .two ? "2" : "1")?")
        }
        var values: [Text: Secret<[UInt8]>] = [:]
        for (key, value) in data.pairs { values[key] = Self.bytes(of: value) }
        guard edition == .two else {
            return StoredSecret(
                version: fingerprints.fingerprint(of: values, in: "\(engine)/\(path)"), values: values)
        }
        guard let number = outer?["metadata"]?["version"]?.intValue else {
            throw StoreError(.malformed, "\(connection.address): \(engine)/\(path): the answer names no version")
        }
        if let version, version != number {
            throw StoreError(.malformed, "\(engine)/\(path): version \(version) was asked for, \(number) came")
        }
        return StoredSecret(version: Text("\(number)"), number: number, values: values)
    }

    /// What is no text is given as it is written in JSON.
    private static func bytes(of value: Value) -> Secret<[UInt8]> {
        Secret(value.stringValue.map { Array($0.utf8) } ?? JSON.write(value))
    }
}
