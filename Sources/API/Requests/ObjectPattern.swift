// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// One object or several, as people write them: `Deployment/web`, `Deployment/shop/web`, `Deployment.apps/shop/web`,
/// `ConfigMap/*`; and as Argo CD has them, `apps:Deployment:shop/web`.
///
/// Kinds and groups are compared without regard to case, names by their bytes. A namespace that is not said may be any.
package struct ObjectPattern: Sendable, Hashable {
    /// `nil`: any.
    package var group: Text?
    /// `nil`: any.
    package var kind: Text?
    /// `name`, or `namespace/name`; a `*` for the name is any. What a name is made of differs by target, so it is told
    /// only against an object which of both it is.
    package var name: Text

    package init(group: Text? = nil, kind: Text? = nil, name: Text) {
        self.group = group
        self.kind = kind
        self.name = name
    }

    /// `nil` for what names no kind, or no name.
    package init?(parsing text: Text) {
        let bytes = Array(text.utf8)
        let colons = bytes.split(separator: UInt8(ascii: ":"), maxSplits: 2, omittingEmptySubsequences: false)
        let slash = bytes.firstIndex(of: UInt8(ascii: "/"))
        let head: ArraySlice<UInt8>
        let rest: ArraySlice<UInt8>
        if colons.count == 3, !colons[0].contains(UInt8(ascii: "/")), !colons[1].contains(UInt8(ascii: "/")) {
            (head, rest) = (colons[1], colons[2])
            guard let group = Text(utf8: colons[0]) else { return nil }
            self.group = group == "*" ? nil : group
        } else if let slash {
            let words = bytes[..<slash].split(
                separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
            (head, rest) = (words[0], bytes[(slash + 1)...])
            if words.count > 1 {
                guard !words[1].isEmpty, let group = Text(utf8: words[1]) else { return nil }
                self.group = group
            }
        } else {
            return nil
        }
        guard !head.isEmpty, !rest.isEmpty, let kind = Text(utf8: head), let name = Text(utf8: rest) else { return nil }
        self.kind = kind == "*" ? nil : kind
        self.name = name
    }

    package func matches(_ object: ObjectID) -> Bool {
        guard Self.isSame(kind, object.kind), Self.isSame(group, object.group) else { return false }
        let full: Text = object.namespace.isEmpty ? object.name : "\(object.namespace)/\(object.name)"
        return name == "*" || name == object.name || name == full
            || !object.namespace.isEmpty && name == "\(object.namespace)/*"
    }

    private static func isSame(_ wanted: Text?, _ word: Text) -> Bool {
        guard let wanted else { return true }
        return wanted.utf8.elementsEqual(word.utf8) { lowercase($0) == lowercase($1) }
    }

    private static func lowercase(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }
}

extension ObjectPattern: CustomStringConvertible {
    package var description: String {
        (kind ?? "*").string + (group.map { $0.isEmpty ? "" : ".\($0)" } ?? "") + "/\(name)"
    }
}

extension ObjectPattern: Wire {
    package init(wire: Value) throws(WireError) {
        guard let text = wire.stringValue, let pattern = ObjectPattern(parsing: text) else {
            throw .expected("an object such as Deployment/web or Deployment/shop/web", in: wire)
        }
        self = pattern
    }

    /// With all its parts, so that it reads as what it is: the core group has no name.
    package var wire: Value { .string("\(group ?? "*"):\(kind ?? "*"):\(name)") }
}

/// What of units a sync is asked for.
package struct PartRequest: Sendable, Hashable {
    /// None means all.
    package var only: [ObjectPattern]
    /// Whether objects that left Git are deleted, where the application does not have that done by itself; of those that
    /// are named, if any are.
    package var isPruning: Bool

    package init(only: [ObjectPattern] = [], isPruning: Bool = false) {
        self.only = only
        self.isPruning = isPruning
    }

    package static let whole = PartRequest()
}
