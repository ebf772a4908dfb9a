// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// What SOPS keeps beside the values of a file, under the key `sops`.
package struct SOPSMetadata: Sendable {
    /// Keys that open one part of the data key each, any of them.
    package typealias KeyGroup = [MasterKey]

    package var groups: [KeyGroup]
    /// How many groups are needed, when there are several.
    package var threshold: Int
    /// In RFC 3339. The authentication code is bound to it.
    package var lastModified: Text
    /// Encrypted, over all values in their order.
    var mac: Text
    package var rule: EncryptionRule
    /// The code is over the encrypted values only.
    package var macOnlyEncrypted: Bool
    var version: Text

    static let key: Text = "sops"
    /// Of a whole file.
    static let keyLimit = 1000
    /// The version of SOPS whose format this is.
    static let formatVersion: Text = "3.11.0"

    package init(groups: [KeyGroup], threshold: Int = 0, rule: EncryptionRule, macOnlyEncrypted: Bool) {
        self.groups = groups
        self.threshold = groups.count > 1 && threshold == 0 ? groups.count : threshold
        self.rule = rule
        self.macOnlyEncrypted = macOnlyEncrypted
        lastModified = ""
        mac = ""
        version = Self.formatVersion
    }

    /// - Parameter value: the map under `sops`.
    init(_ value: Value) throws(SecretsError) {
        guard value.objectValue != nil else { throw SecretsError(.malformed, "\"sops\" is no map") }
        lastModified = try Self.moment(value["lastmodified"])
        mac = value["mac"]?.stringValue ?? ""
        version = value["version"]?.stringValue ?? ""
        rule = try EncryptionRule(in: value)
        macOnlyEncrypted = value["mac_only_encrypted"]?.boolValue ?? false
        threshold = value["shamir_threshold"]?.intValue.flatMap { Int(exactly: $0) } ?? 0

        let top = try MasterKeys.read(value)
        if !top.isEmpty {
            groups = [top]
        } else {
            groups = []
            for group in value["key_groups"]?.arrayValue ?? [] { groups.append(try MasterKeys.read(group)) }
        }
        guard groups.contains(where: { !$0.isEmpty }) else {
            throw SecretsError(.malformed, "the metadata under \"sops\" name no key")
        }
        guard groups.joined().count <= Self.keyLimit else {
            throw SecretsError(.malformed, "the metadata under \"sops\" name more than \(Self.keyLimit) keys")
        }
        if groups.count > 1 {
            if threshold == 0 { threshold = groups.count }
            guard (1...groups.count).contains(threshold), groups.count <= 255 else {
                throw SecretsError(.malformed, "a threshold of \(threshold) among \(groups.count) key groups cannot be")
            }
        }
    }

    var value: Value {
        var object = Object()
        if groups.count > 1 {
            object["shamir_threshold"] = .number(Number(Int64(threshold)))
            object["key_groups"] = .array(groups.map { .object(MasterKeys.write($0)) })
        } else if let group = groups.first {
            object = MasterKeys.write(group)
        }
        object["lastmodified"] = .string(lastModified)
        object["mac"] = .string(mac)
        object[rule.field.name] = .string(rule.field.value)
        if macOnlyEncrypted { object["mac_only_encrypted"] = true }
        object["version"] = .string(version)
        return .object(object)
    }

    /// The code is bound to whole seconds.
    private static func moment(_ value: Value?) throws(SecretsError) -> Text {
        guard let text = value?.stringValue, let time = YAMLTime.read(text) else {
            throw SecretsError(.malformed, "\"lastmodified\" under \"sops\" is no time")
        }
        guard let point = time.string.firstIndex(of: ".") else { return time }
        let rest = time.string[point...].dropFirst().drop { $0.isNumber }
        return Text(String(time.string[..<point]) + rest)
    }
}

/// Lists of keys as metadata and key groups have them.
enum MasterKeys {
    static func read(_ map: Value) throws(SecretsError) -> [MasterKey] {
        var keys: [MasterKey] = []
        for entry in map["age"]?.arrayValue ?? [] {
            keys.append(MasterKey(.age(recipient: try text(entry, "recipient")), encrypted: try text(entry, "enc")))
        }
        for entry in map["pgp"]?.arrayValue ?? [] {
            keys.append(
                MasterKey(
                    .pgp(fingerprint: try text(entry, "fp")), encrypted: try text(entry, "enc"),
                    created: entry["created_at"]?.stringValue ?? ""))
        }
        for entry in map["hc_vault"]?.arrayValue ?? [] {
            let key = TransitKey(
                address: try text(entry, "vault_address"), engine: try text(entry, "engine_path"),
                name: try text(entry, "key_name"))
            keys.append(
                MasterKey(
                    .transit(key), encrypted: try text(entry, "enc"), created: entry["created_at"]?.stringValue ?? ""))
        }
        for (kind, name) in others {
            for entry in map[kind]?.arrayValue ?? [] {
                keys.append(MasterKey(.other(kind: kind, name: entry[name]?.stringValue ?? "")))
            }
        }
        return keys
    }

    /// Without the kinds of which there are none.
    static func write(_ keys: [MasterKey]) -> Object {
        var lists: [Text: [Value]] = [:]
        for key in keys {
            switch key.kind {
            case .age(let recipient):
                lists["age", default: []].append(["recipient": .string(recipient), "enc": .string(key.encrypted)])
            case .pgp(let fingerprint):
                lists["pgp", default: []].append([
                    "created_at": .string(key.created), "enc": .string(key.encrypted), "fp": .string(fingerprint),
                ])
            case .transit(let transit):
                lists["hc_vault", default: []].append([
                    "vault_address": .string(transit.address), "engine_path": .string(transit.engine),
                    "key_name": .string(transit.name), "created_at": .string(key.created),
                    "enc": .string(key.encrypted),
                ])
            case .other: break
            }
        }
        var object = Object()
        for kind: Text in ["hc_vault", "age", "pgp"] { object[kind] = lists[kind].map { .array($0) } }
        return object
    }

    /// Kinds that we know by name only, and which field names a key of theirs.
    private static let others: [(kind: Text, name: Text)] = [
        ("kms", "arn"), ("gcp_kms", "resource_id"), ("azure_kv", "vault_url"), ("hckms", "key_id"),
    ]

    private static func text(_ entry: Value, _ name: Text) throws(SecretsError) -> Text {
        guard let text = entry[name]?.stringValue else {
            throw SecretsError(.malformed, "a key under \"sops\" has no \"\(name)\"")
        }
        return text
    }
}
