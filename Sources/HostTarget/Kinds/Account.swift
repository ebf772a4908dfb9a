// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// A user or group, as a manifest names it.
enum Account: Sendable, Hashable {
    case name(Text)
    case id(UInt32)
}

/// The mode of a file or folder, as a manifest writes it.
enum Mode {
    /// What the permission bits may be for a kind of object.
    enum Allowed {
        /// No set-user-id, set-group-id or sticky bit: a project must not be able to hand out root.
        case permissions
        /// Also set-group-id and sticky, which mean other things on folders.
        case folder

        var mask: UInt32 {
            switch self {
            case .permissions: 0o777
            case .folder: 0o3777
            }
        }
    }

    /// A string of octal digits, as `chmod` takes it.
    static func parse(_ text: Text, allowed: Allowed) -> UInt32? {
        let digits = text.utf8
        guard digits.count == 3 || digits.count == 4,
            digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "7")).contains($0) }),
            let mode = UInt32(text.string, radix: 8), mode & ~allowed.mask == 0
        else { return nil }
        return mode
    }

    /// A number, which YAML's `0644` has become by the time we see it. What was written without the leading zero is
    /// another number by far, and refused: most such have bits that no mode has, four have bits that no one means.
    static func parse(_ number: Int64, allowed: Allowed) -> UInt32? {
        guard let mode = UInt32(exactly: number), mode <= 0o777, ![400, 440, 444, 500].contains(mode) else {
            return nil
        }
        return mode
    }

    static func words(_ mode: UInt32) -> Text {
        let digits = String(mode, radix: 8)
        return Text(String(repeating: "0", count: max(0, 4 - digits.count)) + digits)
    }
}
