// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Crypto
import Identity
import Manifest
import Model

/// A stranger's token never counts, reads the same twice, and depends on nothing but what was signed.
enum TokenProperties {
    private static let key = Curve25519.Signing.PrivateKey()
    private static let keys = KeySet(keys: published.map { [$0] } ?? [])
    private static let check = TokenCheck(issuer: "https://id.example.org", audiences: ["hub"])
    private static let now = Time(nanoseconds: 1_800_000_000 * 1_000_000_000)

    private static var published: VerificationKey? {
        let x = Base64URL.encode(Array(key.publicKey.rawRepresentation))
        return VerificationKey(["kty": "OKP", "crv": "Ed25519", "kid": "k", "x": .string(x)])
    }

    static func check(_ bytes: [UInt8]) throws {
        guard let text = Text(utf8: bytes) else { return }
        try require(fault(of: text) != nil, "a token counts that nobody signed")
        // The same as a payload that was signed: then it counts only if it says all that it must.
        let header = Base64URL.encode(Array("{\"alg\":\"EdDSA\",\"kid\":\"k\"}".utf8))
        let signed: Text = "\(header).\(Base64URL.encode(bytes))"
        guard let signature = try? key.signature(for: Array(signed.utf8)) else { return }
        let token: Text = "\(signed).\(Base64URL.encode(Array(signature)))"
        guard fault(of: token) == nil else { return }
        let claims = (try? JSON.read(bytes))?.objectValue
        try require(claims?["iss"] == "https://id.example.org", "a token of another issuer counts")
        try require(claims?["sub"]?.stringValue.map { !$0.isEmpty } ?? false, "a token of nobody counts")
        try require(claims?["exp"]?.numberValue.map { $0.double > 1_799_999_940 } ?? false, "an old token counts")
        try require(claims?["aud"] == "hub" || claims?["aud"]?.arrayValue != nil, "a token for nobody counts")
        let names = claims?.keys ?? []
        try require(Set(names).count == names.count, "a token counts that says two things")
    }

    private static func fault(of text: Text) -> TokenFault? {
        do throws(TokenFault) {
            let token = try SignedToken(parsing: text)
            _ = try check.claims(of: token, by: keys, now: now)
            return nil
        } catch { return error }
    }
}

/// What a provider publishes is a set of keys or none, of none but public ones.
enum KeySetProperties {
    static func check(_ bytes: [UInt8]) throws {
        guard let set = KeySet(bytes) else { return }
        try require(set.keys.count <= 100, "there are \(set.keys.count) keys")
        let read = try JSON.read(bytes)
        let count = read["keys"]?.arrayValue?.count { $0["kty"] != "oct" && $0["d"] == nil && $0["k"] == nil } ?? 0
        try require(set.keys.count <= count, "a key counts that is not public")
        let again = KeySet(JSON.write(read))
        try require(again?.keys.map(\.id) == set.keys.map(\.id), "the same keys are others when written anew")
    }
}

/// What an operator writes of a provider says the same in YAML and JSON, and leads only where it may.
enum IdentityProviderProperties {
    static func check(_ bytes: [UInt8]) throws {
        guard let provider = read(bytes) else { return }
        try require(WebAddress(provider.issuer) != nil, "an issuer that is no address counts")
        try require(provider.browsers != nil || !provider.audiences.isEmpty, "a provider for nobody counts")
        guard let documents = try? YAML.read(bytes, keys: .asWritten), let value = documents.first?.value else {
            return
        }
        let again = read(JSON.write(value))
        try require(again?.issuer == provider.issuer, "the same provider is another as JSON")
        try require(again?.browsers?.people == provider.browsers?.people, "the same people are others as JSON")
        try require(again?.audiences == provider.audiences, "the same audience is another as JSON")
    }

    private static func read(_ bytes: [UInt8]) -> IdentityProvider? {
        guard let name = IdentityProviderName("acme") else { return nil }
        return try? IdentityProvider(bytes, name: name, file: "acme.yaml") { _ in Secret("hush") }
    }
}
