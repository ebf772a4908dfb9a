// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// What systemd calls a service: `nginx.service`, `backup.timer`.
struct ServiceName: Sendable, Hashable, Comparable, CustomStringConvertible {
    private static let suffixes = [".service", ".timer", ".socket", ".path"]

    /// With its suffix.
    let text: Text

    /// A name without a suffix is a `.service`. `nil` for what systemd would not take, and for a template's name.
    init?(_ text: Text) {
        let bytes = Array(text.utf8)
        guard let first = bytes.first, Self.isLetterOrDigit(first) || first == UInt8(ascii: "_"), bytes.count <= 200,
            bytes.allSatisfy({ Self.isLetterOrDigit($0) || ":_.@-".utf8.contains($0) })
        else { return nil }
        let hasSuffix = Self.suffixes.contains { bytes.suffix($0.utf8.count).elementsEqual($0.utf8) }
        let full = hasSuffix ? text.string : text.string + ".service"
        if full.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)[0].last == UInt8(ascii: "@")
        {
            return nil
        }
        self.text = Text(full)
    }

    static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }

    var string: String { text.string }
    var description: String { text.string }

    static func < (left: ServiceName, right: ServiceName) -> Bool { left.text < right.text }

    // What the administrator's folder of systemd holds for it.
    private static let folder = HostPath.root.appending("etc".utf8).appending("systemd".utf8).appending("system".utf8)
    var unitPath: HostPath { Self.folder.appending(text.utf8) }
    var dropInFolder: HostPath { Self.folder.appending("\(text).d".utf8) }
    func dropInPath(_ name: Text) -> HostPath { dropInFolder.appending("\(name).conf".utf8) }

    /// The service whose unit file or drop-in a path is.
    init?(owning path: HostPath) {
        var path = path
        if let parent = path.parent, parent.parent == Self.folder, parent.name.suffix(2).elementsEqual(".d".utf8) {
            path = Self.folder.appending(parent.name.dropLast(2))
        }
        guard path.parent == Self.folder, let text = Text(utf8: path.name) else { return nil }
        self.init(text)
    }
}
