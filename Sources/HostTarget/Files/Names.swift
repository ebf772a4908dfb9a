// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import CLinux
import Manifest

/// Users and groups by name or number.
enum Names {
    static func user(_ name: Text) -> UInt32? {
        if let number = UInt32(name.string) { return number }
        var id: UInt32 = 0
        return name.string.withCString { clinux_user_id($0, &id) } == 0 ? id : nil
    }

    static func group(_ name: Text) -> UInt32? {
        if let number = UInt32(name.string) { return number }
        var id: UInt32 = 0
        return name.string.withCString { clinux_group_id($0, &id) } == 0 ? id : nil
    }
}
