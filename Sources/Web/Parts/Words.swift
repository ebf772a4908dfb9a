// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Manifest
import Model

// How single values read, the same on every page.

extension UnitID {
    /// Where its page is, and what can be done there.
    func link(_ rest: Text..., query: [(key: Text, value: Text)] = []) -> Link {
        Link(["units", fleet.text, application.text, target.text] + rest, query)
    }

    /// `web on prod`
    var words: String { "\(application) on \(target)" }
}

extension ObjectID {
    /// Its kind stands out less than its name.
    var html: HTML {
        H.span(.class("object")) {
            H.span(.class("kind")) { Words.cut(kind, to: 100) }
            " "
            if !namespace.isEmpty { Words.cut(namespace, to: 253).appending("/") }
            Words.cut(name, to: 1000)
        }
    }
}

extension CommitID {
    var html: HTML { H.code(.class("id"), .title(Text(hex))) { short } }
}

extension Digest {
    var html: HTML { H.code(.class("id"), .title(Text(hex))) { short } }
}

extension Version {
    /// `aaaaaaaaaa`, or the word for what comes from a folder.
    var html: HTML {
        guard let commit = source ?? fleet else { return H.span(.class("soft")) { "folder" } }
        return commit.html
    }

    func html(to desired: Version?) -> HTML {
        guard let desired, desired.declared != declared, desired.description != description else { return html }
        return HTML {
            html
            H.span(.class("arrow")) { " → " }
            desired.html
        }
    }
}

extension Problem {
    var html: HTML {
        H.div(.class("problem")) {
            if !place.isEmpty { H.code(.class("place")) { Words.cut(place, to: 500) } }
            H.span { Words.cut(reason, to: 2000) }
            if let advice { H.span(.class("advice")) { Words.cut(advice, to: 1000) } }
        }
    }

    private var place: Text {
        guard let line else { return file }
        return Text((file.isEmpty ? "line \(line)" : "\(file):\(line)") + (column.map { ":\($0)" } ?? ""))
    }
}

enum Words {
    /// `1 object`, `12,000 objects`
    static func counted(_ count: Int, _ noun: String) -> String { "\(number(count)) \(noun)\(count == 1 ? "" : "s")" }

    /// With a comma between thousands.
    static func number(_ number: Int) -> String {
        var digits = Array(String(number.magnitude))
        for index in stride(from: digits.count - 3, to: 0, by: -3) { digits.insert(",", at: index) }
        return (number < 0 ? "−" : "") + String(digits)
    }

    /// One line, without what surrounds it: line breaks and the like become spaces.
    static func line(_ text: Text) -> Text {
        let bytes = text.utf8.map { $0 < 0x20 || $0 == 0x7F ? UInt8(ascii: " ") : $0 }
        let words = bytes.split(separator: UInt8(ascii: " "))
        return Text(utf8: Array(words.joined(separator: [UInt8(ascii: " ")]))) ?? ""
    }

    /// No text of others may make a page as large as it likes.
    static func cut(_ text: Text, to limit: Int) -> Text {
        guard text.utf8.count > limit else { return text }
        var kept = String.UnicodeScalarView()
        var count = 0
        for scalar in text.string.unicodeScalars {
            count += UTF8.width(scalar)
            guard count <= limit else { break }
            kept.append(scalar)
        }
        return Text(String(kept) + "…")
    }

    static func cut(_ text: String, to limit: Int) -> Text { cut(Text(text), to: limit) }
}

extension Text {
    func appending(_ other: Text) -> Text { Text(string + other.string) }
}
