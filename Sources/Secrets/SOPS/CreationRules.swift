// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// `.sops.yaml`: which files are encrypted to whom.
package struct CreationRules: Sendable {
    package struct Rule: Sendable {
        /// `nil` fits every file.
        var path: Pattern?
        package var metadata: SOPSMetadata
    }

    private let rules: [Rule]

    /// Strict about what it knows; what else `sops` may know is refused, since leaving it out would encrypt to others.
    package init(_ bytes: [UInt8], file: Text) throws(SecretsError) {
        let documents: [YAML.Document]
        do throws(ReadingError) {
            documents = try YAML.read(bytes, file: file, budget: Self.budget, keys: .asWritten)
        } catch {
            throw SecretsError(.malformed, error.description)
        }
        guard let list = documents.first?.value["creation_rules"]?.arrayValue else {
            throw SecretsError(.malformed, "\(file): there are no \"creation_rules\"")
        }
        var rules: [Rule] = []
        for (index, value) in list.enumerated() {
            do throws(SecretsError) {
                rules.append(try Self.rule(value))
            } catch {
                let path = FieldPath([.key("creation_rules"), .index(index)])
                let line = documents.first?.position(of: path).map { ":\($0.line)" } ?? ""
                throw SecretsError(
                    error.code, "\(file)\(line): creation rule \(index + 1): \(error.reason)", advice: error.advice)
            }
        }
        self.rules = rules
    }

    private static let budget = Budget(bytes: 1 << 20, depth: 32, nodes: 100_000, documents: 1)

    /// The first rule that fits.
    ///
    /// - Parameter path: of the file, relative to the folder of `.sops.yaml`.
    package func rule(for path: Text) -> Rule? {
        rules.first { $0.path?.matches(path) ?? true }
    }

    private static let known: [Text] = [
        "path_regex", "age", "pgp", "hc_vault_transit_uri", "key_groups", "shamir_threshold", "unencrypted_suffix",
        "encrypted_suffix", "unencrypted_regex", "encrypted_regex", "unencrypted_comment_regex",
        "encrypted_comment_regex", "mac_only_encrypted",
    ]

    private static func rule(_ value: Value) throws(SecretsError) -> Rule {
        guard let object = value.objectValue else { throw SecretsError(.malformed, "it is no map") }
        for key in object.keys where !known.contains(key) {
            throw SecretsError(.unsupported, "\"\(key)\" is not supported")
        }
        let path = try value["path_regex"]?.stringValue.map { text throws(SecretsError) in try Pattern(text) }
        var groups: [SOPSMetadata.KeyGroup]
        if let list = value["key_groups"]?.arrayValue {
            groups = []
            for group in list { groups.append(try Self.group(group)) }
        } else {
            var keys = texts(value["age"]).map { MasterKey(.age(recipient: $0)) }
            keys += texts(value["pgp"]).map { MasterKey(.pgp(fingerprint: $0)) }
            for url in texts(value["hc_vault_transit_uri"]) { keys.append(try transit(url)) }
            groups = [keys]
        }
        guard groups.allSatisfy({ !$0.isEmpty }), !groups.isEmpty else {
            throw SecretsError(.malformed, "it names no key", advice: "give age, pgp or hc_vault_transit_uri")
        }
        let threshold = value["shamir_threshold"]?.intValue.flatMap { Int(exactly: $0) } ?? 0
        guard threshold >= 0, threshold <= groups.count else {
            throw SecretsError(.malformed, "a threshold of \(threshold) among \(groups.count) key groups cannot be")
        }
        return Rule(
            path: path,
            metadata: SOPSMetadata(
                groups: groups, threshold: groups.count > 1 ? threshold : 0, rule: try EncryptionRule(in: value),
                macOnlyEncrypted: value["mac_only_encrypted"]?.boolValue ?? false))
    }

    private static func group(_ value: Value) throws(SecretsError) -> SOPSMetadata.KeyGroup {
        guard let object = value.objectValue else { throw SecretsError(.malformed, "a key group is no map") }
        var keys: [MasterKey] = []
        for (kind, list) in object.pairs {
            switch kind {
            case "age": keys += texts(list).map { MasterKey(.age(recipient: $0)) }
            case "pgp": keys += texts(list).map { MasterKey(.pgp(fingerprint: $0)) }
            case "hc_vault", "vault": for url in texts(list) { keys.append(try transit(url)) }
            default: throw SecretsError(.unsupported, "keys of \"\(kind)\" are not supported")
            }
        }
        return keys
    }

    private static func transit(_ url: Text) throws(SecretsError) -> MasterKey {
        guard let key = TransitKey(parsing: url) else {
            throw SecretsError(
                .malformed, "\"\(url)\" is no key of a transit engine",
                advice: "one is https://HOST/v1/transit/keys/NAME")
        }
        return MasterKey(.transit(key))
    }

    /// A list, or one text with commas.
    private static func texts(_ value: Value?) -> [Text] {
        switch value {
        case .array(let items): items.compactMap(\.stringValue)
        case .string(let text):
            text.string.split { $0 == "," || $0.isNewline }.map { part in
                Text(String(part.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()))
            }.filter { !$0.isEmpty }
        default: []
        }
    }
}
