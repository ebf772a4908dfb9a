// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// Whether a value is one, or the place of one.
enum PlainValue {
    private static let placeholders: Set<String> = [
        "changeme", "change-me", "password", "secret", "example", "placeholder", "redacted", "none", "null", "true",
        "false", "todo", "test", "dummy", "yes", "no", "default", "required", "optional", "enabled", "disabled",
    ]

    /// Encrypted, empty, a variable (`$X`, `${x}`, `{{ x }}`, `%x%`), a hint (`<your password>`, `***`), or a word that
    /// nobody takes for a secret.
    static func standsForSomethingElse(_ value: some BidirectionalCollection<UInt8>) -> Bool {
        guard let first = value.first, let last = value.last else { return true }
        if EncryptedLeaf.isPresent(in: value) || value.starts(with: "-----BEGIN AGE ENCRYPTED FILE-----".utf8) {
            return true
        }
        if first == UInt8(ascii: "$") || first == UInt8(ascii: "%") && last == UInt8(ascii: "%") { return true }
        if first == UInt8(ascii: "<") && last == UInt8(ascii: ">") { return true }
        let text = String(decoding: value, as: UTF8.self)
        if text.contains("{{") || text.contains("${") || text.contains("$(") { return true }
        if Set(value).count <= 2 { return true }
        return placeholders.contains(text.lowercased())
    }

    /// A path, an address or a name of something: what refers to a secret need be none.
    static func refers(_ text: Text) -> Bool {
        let string = text.string
        return string.hasPrefix("/") || string.hasPrefix("./") || string.contains("://")
            || string.utf8.contains(UInt8(ascii: " "))
    }

    static func isName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."),
            UInt8(ascii: "+"), UInt8(ascii: "%"):
            true
        default: false
        }
    }
}
