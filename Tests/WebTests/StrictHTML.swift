// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

/// A reader of HTML that forgives nothing: what a browser would have to guess is an error. Knows nothing of the builder.
struct StrictHTML {
    struct Element {
        var name: String
        var attributes: [(name: String, value: String)]
    }

    struct Mistake: Error, CustomStringConvertible {
        var description: String
    }

    private(set) var elements: [Element] = []
    /// What stands between the elements, entities left as they are.
    private(set) var texts: [String] = []
    private var open: [String] = []
    private var rest: ArraySlice<UInt8>

    private static let void: Set = ["input", "link", "meta"]
    private static let entities = ["&amp;", "&lt;", "&gt;", "&quot;", "&#39;", "&#10;", "&#9;"]

    init(_ bytes: [UInt8]) throws {
        rest = bytes[...]
        _ = take("<!doctype html>\n")
        while let next = rest.first {
            if next == UInt8(ascii: "<") { try tag() } else { try text() }
        }
        guard open.isEmpty else { throw Mistake(description: "not closed: \(open)") }
    }

    private mutating func text() throws {
        let part = rest.prefix { $0 != UInt8(ascii: "<") }
        let text = String(decoding: part, as: UTF8.self)
        guard Array(text.utf8) == Array(part) else { throw Mistake(description: "no UTF-8: \(text)") }
        try check(text)
        if let inside = open.last, inside == "script" || inside == "style" {
            throw Mistake(description: "something stands inside \(inside)")
        }
        texts.append(text)
        rest = rest.dropFirst(part.count)
    }

    /// Neither what means something in HTML, nor what cannot be seen.
    private func check(_ text: String) throws {
        guard !text.utf8.contains(where: { "<>\"".utf8.contains($0) }) else {
            throw Mistake(description: "not escaped: \(text)")
        }
        for index in text.utf8.indices where text.utf8[index] == UInt8(ascii: "&") {
            let after = text[index...]
            guard Self.entities.contains(where: { after.utf8.starts(with: $0.utf8) }) else {
                throw Mistake(description: "an ampersand of its own: \(text)")
            }
        }
        for scalar in text.unicodeScalars where scalar != "\n" && scalar != "\t" {
            let category = scalar.properties.generalCategory
            guard category != .control, category != .format else { throw Mistake(description: "hidden: \(text)") }
        }
    }

    private mutating func tag() throws {
        if take("</") {
            let name = name()
            guard take(">"), open.popLast() == name else { throw Mistake(description: "</\(name)> closes nothing") }
            return
        }
        _ = take("<")
        let name = name()
        guard !name.isEmpty else { throw Mistake(description: "a tag without a name") }
        var attributes: [(name: String, value: String)] = []
        while take(" ") {
            let attribute = self.name()
            guard !attribute.isEmpty else { throw Mistake(description: "an attribute without a name in \(name)") }
            var value = ""
            if take("=\"") {
                let part = rest.prefix { $0 != UInt8(ascii: "\"") }
                value = String(decoding: part, as: UTF8.self)
                try check(value)
                rest = rest.dropFirst(part.count)
                guard take("\"") else { throw Mistake(description: "\(attribute) is not closed") }
            }
            guard !attributes.contains(where: { $0.name == attribute }) else {
                throw Mistake(description: "\(attribute) twice in \(name)")
            }
            attributes.append((attribute, value))
        }
        let isClosed = take("/")
        guard take(">") else {
            throw Mistake(description: "<\(name) is not closed: \(String(decoding: rest.prefix(20), as: UTF8.self))")
        }
        if !isClosed, !Self.void.contains(name) { open.append(name) }
        elements.append(Element(name: name, attributes: attributes))
    }

    private mutating func name() -> String {
        let part = rest.prefix { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "-")
        }
        rest = rest.dropFirst(part.count)
        return String(decoding: part, as: UTF8.self)
    }

    private mutating func take(_ text: String) -> Bool {
        guard rest.starts(with: text.utf8) else { return false }
        rest = rest.dropFirst(text.utf8.count)
        return true
    }
}

extension StrictHTML {
    /// What a page is made of, without what it says.
    var skeleton: [String] {
        elements.filter { !($0.name == "span" && $0.attributes.contains { $0.value == "hidden-sign" }) }
            .map { "\($0.name) \($0.attributes.map(\.name))" }
    }

    /// What a page must never have; empty when it has none of it.
    var dangers: [String] {
        elements.flatMap { element -> [String] in
            var dangers: [String] = []
            if ["style", "iframe", "object", "embed", "base", "img"].contains(element.name) {
                dangers.append(element.name)
            }
            if element.name == "script", !element.attributes.contains(where: { $0.name == "src" }) {
                dangers.append("a script of its own")
            }
            for (name, value) in element.attributes {
                if name.hasPrefix("on") || name == "style" || name == "srcdoc" { dangers.append(name) }
                if ["href", "src", "action", "formaction", "data-live"].contains(name), !Self.isSafe(value) {
                    dangers.append("\(name)=\(value)")
                }
            }
            return dangers
        }
    }

    private static func isSafe(_ address: String) -> Bool {
        (address.hasPrefix("/") && !address.hasPrefix("//")) || address.hasPrefix("#")
            || address.hasPrefix("https://") || address.hasPrefix("http://")
    }
}
