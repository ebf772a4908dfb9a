// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
package import Model

/// What a token says. Reads a claim as what it must be, or not at all.
package struct Claims: Sendable {
    private let object: Object

    package init(_ object: Object) { self.object = object }

    package subscript(name: Text) -> Value? { object[name] }

    /// `nil` for what is no text, or an empty one.
    package func text(_ name: Text) -> Text? {
        guard let text = object[name]?.stringValue, !text.isEmpty else { return nil }
        return text
    }

    /// `aud`: one text, or a list of them.
    package var audiences: [Text]? {
        switch object["aud"] {
        case .string(let text)?: return [text]
        case .array(let items)?:
            let texts = items.compactMap(\.stringValue)
            return texts.count == items.count && !texts.isEmpty ? texts : nil
        default: return nil
        }
    }

    /// A moment in seconds since 1970, also with a fraction, which is dropped; `nil` where there is none.
    package func time(_ name: Text) throws(TokenFault) -> Time? {
        guard let value = object[name] else { return nil }
        guard let seconds = value.numberValue?.double, seconds >= 0, seconds < 9_000_000_000 else { throw .malformed }
        return Time(nanoseconds: Int64(seconds) * 1_000_000_000)
    }

    /// The claim of a name, then what that holds of the next: `["realm_access", "roles"]`.
    package subscript(path path: [Text]) -> Value? {
        guard let first = path.first else { return nil }
        return path.dropFirst().reduce(object[first]) { value, key in value?[key] }
    }

    /// Claims of one value, as texts: what others can be told to match.
    package var scalars: [Text: Text] {
        var scalars: [Text: Text] = [:]
        for (name, value) in object.pairs {
            switch value {
            case .string(let text): scalars[name] = text
            case .bool(let bool): scalars[name] = bool ? "true" : "false"
            case .number(let number): scalars[name] = Text(number.lexeme)
            case .null, .array, .object, .secret: break
            }
        }
        return scalars
    }
}
