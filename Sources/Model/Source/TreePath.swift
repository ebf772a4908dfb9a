// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// A path inside a tree, as bytes: relative, without empty, `.` or `..` components.
///
/// Git and the kernel compare names by bytes and do not require UTF-8, so neither do we.
package struct TreePath: Sendable, Hashable, Comparable {
    /// Empty for the root.
    package let components: [[UInt8]]

    package static let root = TreePath(unchecked: [])

    private init(unchecked components: [[UInt8]]) { self.components = components }

    /// Splits at `/`; a leading `./` and a trailing `/` are dropped. `nil` when the path is absolute, leaves the
    /// tree, or holds a NUL byte.
    package init?(_ bytes: some Sequence<UInt8>) {
        let bytes = Array(bytes)
        guard bytes.first != UInt8(ascii: "/"), !bytes.contains(0) else { return nil }
        var components: [[UInt8]] = []
        for part in bytes.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: true) {
            if part.elementsEqual(".".utf8) { continue }
            if part.elementsEqual("..".utf8) { return nil }
            components.append(Array(part))
        }
        self.components = components
    }

    package init?(_ text: Text) { self.init(text.utf8) }

    /// `nil` when the name is no single component.
    package func appending(_ name: some Sequence<UInt8>) -> TreePath? {
        let name = Array(name)
        if Self.isPlain(name) { return TreePath(unchecked: components + [name]) }
        guard let child = TreePath(name), child.components.count == 1 else { return nil }
        return TreePath(unchecked: components + child.components)
    }

    /// Whether a name is a component as it stands.
    private static func isPlain(_ name: [UInt8]) -> Bool {
        guard let first = name.first, first != UInt8(ascii: ".") else { return false }
        return !name.contains { $0 == UInt8(ascii: "/") || $0 == 0 }
    }

    package func appending(_ path: TreePath) -> TreePath { TreePath(unchecked: components + path.components) }

    /// `nil` for the root.
    package var parent: TreePath? { components.isEmpty ? nil : TreePath(unchecked: components.dropLast()) }
    package var name: [UInt8]? { components.last }
    package var isRoot: Bool { components.isEmpty }

    package func isWithin(_ folder: TreePath) -> Bool { components.starts(with: folder.components) }

    package var bytes: [UInt8] { Array(components.joined(separator: [UInt8(ascii: "/")])) }

    package static func < (left: TreePath, right: TreePath) -> Bool {
        left.bytes.lexicographicallyPrecedes(right.bytes)
    }
}

extension TreePath: CustomStringConvertible {
    /// For people: bytes that are no UTF-8 and control characters are escaped.
    package var description: String { printable(bytes) }
}

/// Bytes of a name as text that is safe to print: control characters and invalid UTF-8 become `\xNN`.
package func printable(_ bytes: some Collection<UInt8>) -> String {
    // Nearly all names are such, and the properties of a character are slow to look up.
    if bytes.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return String(decoding: bytes, as: UTF8.self) }
    if let text = String(validating: bytes, as: UTF8.self), !text.unicodeScalars.contains(where: \.isControl) {
        return text
    }
    return bytes.map { byte in
        byte >= 0x20 && byte < 0x7F && byte != UInt8(ascii: "\\")
            ? String(UnicodeScalar(byte)) : "\\x" + Hex.encode([byte])
    }.joined()
}

extension UnicodeScalar {
    /// Also the bidirectional controls, which make a name read as another.
    fileprivate var isControl: Bool {
        properties.generalCategory == .control || properties.generalCategory == .format
            || properties.generalCategory == .lineSeparator || properties.generalCategory == .paragraphSeparator
    }
}
