// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
import Model

/// An absolute path on the target, as bytes: without empty, `.` and `..` components.
package struct HostPath: Sendable, Hashable {
    /// `/etc/hosts`; `/` for the root.
    package let bytes: [UInt8]

    package static let root = HostPath(unchecked: [slash])

    private static let slash = UInt8(ascii: "/")

    private init(unchecked bytes: [UInt8]) { self.bytes = bytes }

    /// A trailing slash is dropped. `nil` when the path is relative, longer than 4095 bytes, holds a NUL, or a
    /// component that is empty, `.` or `..`: such a path names nothing plainly.
    package init?(bytes: some Collection<UInt8>) {
        guard bytes.first == Self.slash, bytes.count <= 4095, !bytes.contains(0) else { return nil }
        var bytes = Array(bytes)
        if bytes.count > 1, bytes.last == Self.slash { bytes.removeLast() }
        if bytes.count > 1 {
            var length = 0
            var dots = 0
            for byte in bytes.dropFirst() + [Self.slash] {
                if byte == Self.slash {
                    if length == 0 || (length == dots && dots <= 2) { return nil }
                    (length, dots) = (0, 0)
                } else {
                    length += 1
                    if byte == UInt8(ascii: ".") { dots += 1 }
                }
            }
        }
        self.bytes = bytes
    }

    package init?(_ text: Text) { self.init(bytes: text.utf8) }

    package var isRoot: Bool { bytes.count == 1 }

    /// `nil` for the root.
    package var parent: HostPath? {
        guard !isRoot, let cut = bytes.lastIndex(of: Self.slash) else { return nil }
        return cut == 0 ? .root : HostPath(unchecked: Array(bytes[..<cut]))
    }

    /// Empty for the root.
    package var name: [UInt8] {
        guard let cut = bytes.lastIndex(of: Self.slash) else { return [] }
        return Array(bytes[(cut + 1)...])
    }

    /// The caller vouches that the name is one component.
    func appending(_ name: some Collection<UInt8>) -> HostPath {
        HostPath(unchecked: isRoot ? bytes + name : bytes + [Self.slash] + name)
    }

    /// What follows the leading slash; `.` for the root: how `openat2` wants a path beneath a folder.
    var relative: [UInt8] { isRoot ? [UInt8(ascii: ".")] : Array(bytes.dropFirst()) }

    func isWithin(_ folder: HostPath) -> Bool {
        folder.isRoot
            || (bytes.starts(with: folder.bytes)
                && (bytes.count == folder.bytes.count || bytes[folder.bytes.count] == Self.slash))
    }

    /// `nil` when the bytes are no UTF-8.
    package var text: Text? { Text(utf8: bytes) }
}

extension HostPath: Comparable {
    package static func < (left: HostPath, right: HostPath) -> Bool {
        left.bytes.lexicographicallyPrecedes(right.bytes)
    }
}

extension HostPath: CustomStringConvertible {
    /// For people: bytes that are no UTF-8 and control characters are escaped.
    package var description: String { printable(bytes) }
}
