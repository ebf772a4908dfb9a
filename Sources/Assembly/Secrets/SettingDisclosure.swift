// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Fleet
import Manifest
import Secrets

/// What people may see of a unit's settings who may see the unit and not its secrets.
///
/// A value for a chart is withheld by its name (`auth.password`), by its looks (a private key, a token), and by its use:
/// when it stands in a secret place of what the unit renders to, by itself or amid other text. A chart that makes something
/// else of a value, such as a hash, hides that use: there the name counts. A patch is withheld when it is for a Secret, or
/// by its use.
struct SettingDisclosure: Sendable {
    /// What stands in secret places.
    private var texts: Set<Text> = []
    private var size = 0

    private static let values: [FieldPath.Step] = [.key("helm"), .key("values")]
    /// Shorter ones occur in everything; by itself a short one counts as well.
    private static let shortest = 4
    /// Bytes to look through for one value; what would be more to look at is withheld.
    private static let work = 256 << 20

    /// Takes in what the unit renders to.
    mutating func note(_ manifest: Value) {
        for text in manifest.confidentialTexts where texts.insert(text).inserted { size += text.utf8.count }
    }

    func shown(_ setting: RenderSetting) -> Value {
        let steps = setting.field.steps
        guard steps.starts(with: Self.values) else { return setting.value.hidingSecretPatches { isUsed(within: $0) } }
        let isNamed = steps.contains { step in
            if case .key(let name) = step { Self.isSecretName(name) } else { false }
        }
        return isNamed ? setting.value.withheld : shown(setting.value).hidingSecrets
    }

    private func shown(_ value: Value) -> Value {
        switch value {
        case .string(let text): isSecret(text) ? "<secret>" : value
        case .number(let number): isUsed(Text(number.lexeme)) ? "<secret>" : value
        case .array(let items): .array(items.map(shown))
        case .object(let object):
            .object(
                Object(
                    uniquePairs: object.pairs.map { pair in
                        // A variable of a container: {name: DB_PASSWORD, value: …}
                        let isVariable =
                            pair.key == "value" && object["name"]?.stringValue.map(Self.isSecretName) ?? false
                        return (
                            pair.key,
                            isVariable || Self.isSecretName(pair.key) ? pair.value.withheld : shown(pair.value)
                        )
                    }))
        case .secret: "<secret>"
        case .null, .bool: value
        }
    }

    /// Those that the guard knows, also of many things, and tokens: here a name too many only hides.
    private static func isSecretName(_ name: Text) -> Bool {
        if SecretGuard.isSecretName(name) { return true }
        let letters = Bytes.lower(name)
        let single = letters.last == UInt8(ascii: "s") ? letters.dropLast() : letters[...]
        return Text(utf8: single).map(SecretGuard.isSecretName) ?? false
            || ["token", "credential"].contains { single.reversed().starts(with: $0.utf8.reversed()) }
    }

    private func isSecret(_ text: Text) -> Bool {
        isUsed(text) || !SecretGuard.findings(in: Array(text.utf8), file: "", isManifest: false).isEmpty
    }

    private func isUsed(within value: Value) -> Bool {
        switch value {
        case .string(let text): isUsed(text)
        case .array(let items): items.contains { isUsed(within: $0) }
        case .object(let object): object.pairs.contains { isUsed(within: $0.value) }
        case .secret: true
        case .number, .null, .bool: false
        }
    }

    private func isUsed(_ text: Text) -> Bool {
        if texts.contains(text) { return true }
        let lines = text.utf8.split(separator: UInt8(ascii: "\n")).map { line in
            line.drop { $0 == 0x20 }.map { Bytes.lower($0) }
        }.filter { $0.count >= Self.shortest }
        guard lines.count * size + texts.count * text.utf8.count <= Self.work else { return true }
        return texts.contains { secret in
            if lines.contains(where: { Bytes.occurs($0, in: secret) }) { return true }
            // A file ends its last line, and whoever writes its content elsewhere does not.
            var word = Bytes.lower(secret)
            while word.last == UInt8(ascii: "\n") || word.last == UInt8(ascii: "\r") { word.removeLast() }
            return word.count >= Self.shortest && Bytes.occurs(word, in: text)
        }
    }
}

extension Value {
    /// What ``hidingSecrets`` would hide of a manifest because of where it stands: as it is written, and what that is in
    /// base64.
    fileprivate var confidentialTexts: [Text] {
        guard isConfidential else { return [] }
        var texts: [Text] = []
        for part in [self["data"], self["stringData"], self["spec"]?["content"]] { part?.collect(into: &texts) }
        return texts + texts.compactMap { Base64.decode($0.utf8).flatMap { Text(utf8: $0) } }
    }

    private func collect(into texts: inout [Text]) {
        switch self {
        case .string(let text) where !text.isEmpty: texts.append(text)
        case .number(let number): texts.append(Text(number.lexeme))
        case .array(let items): for item in items { item.collect(into: &texts) }
        case .object(let object): for pair in object.pairs { pair.value.collect(into: &texts) }
        default: break
        }
    }
}
