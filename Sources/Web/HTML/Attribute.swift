// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// An attribute of an element. Only those that are named here exist: none that runs a script, none that styles, and
/// none that leads anywhere but through a ``Link``.
struct Attribute: Sendable {
    private let name: StaticString
    /// `nil` for an attribute that is there or not.
    private let value: Text?

    private init(_ name: StaticString, _ value: Text? = nil) {
        self.name = name
        self.value = value
    }

    func write(to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: " "))
        name.withUTF8Buffer { bytes += $0 }
        guard let value else { return }
        bytes += "=\"".utf8
        Escape.append(value, to: &bytes, in: .attribute)
        bytes.append(UInt8(ascii: "\""))
    }
}

extension Attribute {
    static func `class`(_ names: String) -> Attribute { Attribute("class", Text(names)) }
    static func id(_ id: Text) -> Attribute { Attribute("id", id) }
    static func lang(_ language: Text) -> Attribute { Attribute("lang", language) }
    static func title(_ text: Text) -> Attribute { Attribute("title", text) }
    static var hidden: Attribute { Attribute("hidden") }
    static func tabIndex(_ index: Int) -> Attribute { Attribute("tabindex", Text(String(index))) }

    static func href(_ link: Link) -> Attribute { Attribute("href", link.text) }
    static func src(_ link: Link) -> Attribute { Attribute("src", link.text) }
    static func action(_ link: Link) -> Attribute { Attribute("action", link.text) }
    /// Where a button sends its form, instead of where the form says.
    static func formAction(_ link: Link) -> Attribute { Attribute("formaction", link.text) }
    static func rel(_ relation: Text) -> Attribute { Attribute("rel", relation) }
    static func download(_ name: Text) -> Attribute { Attribute("download", name) }
    static var `defer`: Attribute { Attribute("defer") }

    static func charset(_ name: Text) -> Attribute { Attribute("charset", name) }
    static func content(_ text: Text) -> Attribute { Attribute("content", text) }

    static func method(_ name: Text) -> Attribute { Attribute("method", name) }
    static func name(_ name: Text) -> Attribute { Attribute("name", name) }
    static func type(_ type: Text) -> Attribute { Attribute("type", type) }
    static func value(_ value: Text) -> Attribute { Attribute("value", value) }
    static func placeholder(_ text: Text) -> Attribute { Attribute("placeholder", text) }
    static func `for`(_ id: Text) -> Attribute { Attribute("for", id) }
    static func rows(_ count: Int) -> Attribute { Attribute("rows", Text(String(count))) }
    static func maxLength(_ count: Int) -> Attribute { Attribute("maxlength", Text(String(count))) }
    static func autocomplete(_ word: Text) -> Attribute { Attribute("autocomplete", word) }
    static var selected: Attribute { Attribute("selected") }
    static var checked: Attribute { Attribute("checked") }
    static var required: Attribute { Attribute("required") }
    static var open: Attribute { Attribute("open") }

    static func scope(_ scope: Text) -> Attribute { Attribute("scope", scope) }
    static func colSpan(_ count: Int) -> Attribute { Attribute("colspan", Text(String(count))) }
    static func dateTime(_ text: Text) -> Attribute { Attribute("datetime", text) }

    static func role(_ role: Text) -> Attribute { Attribute("role", role) }
    static func ariaLabel(_ text: Text) -> Attribute { Attribute("aria-label", text) }
    static func ariaLabelledBy(_ id: Text) -> Attribute { Attribute("aria-labelledby", id) }
    static func ariaDescribedBy(_ id: Text) -> Attribute { Attribute("aria-describedby", id) }
    static func ariaCurrent(_ kind: Text) -> Attribute { Attribute("aria-current", kind) }
    static func ariaSort(_ order: Text) -> Attribute { Attribute("aria-sort", order) }
    static var ariaHidden: Attribute { Attribute("aria-hidden", "true") }

    /// Where changes of what the page shows are told.
    static func dataLive(_ link: Link) -> Attribute { Attribute("data-live", link.text) }
    /// A part that is replaced when it has changed; its name is unique in the page.
    static func dataPart(_ name: Text) -> Attribute { Attribute("data-part", name) }
    /// How a time is shown to its reader: `ago` or `moment`.
    static func dataForm(_ form: Text) -> Attribute { Attribute("data-form", form) }

    static func viewBox(_ box: Text) -> Attribute { Attribute("viewBox", box) }
    static func x(_ x: Text) -> Attribute { Attribute("x", x) }
    static func width(_ width: Text) -> Attribute { Attribute("width", width) }
    static func height(_ height: Text) -> Attribute { Attribute("height", height) }
    static var stretched: Attribute { Attribute("preserveAspectRatio", "none") }
}
