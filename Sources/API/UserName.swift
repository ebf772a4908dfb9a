// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Glibc
package import Manifest
package import Model

/// The names of this machine's users.
package enum UserName {
    /// `nil` when the user has none. Blocks: the answer may come over the network.
    package static func look(up user: UInt32) -> Text? {
        var entry = passwd()
        var found: UnsafeMutablePointer<passwd>?
        var buffer = [CChar](repeating: 0, count: 16 << 10)
        guard getpwuid_r(user, &entry, &buffer, buffer.count, &found) == 0, found != nil, let name = entry.pw_name
        else { return nil }
        return Text(String(cString: name))
    }

    /// Who acts in this process.
    package static var current: Actor {
        let user = getuid()
        return Actor("user:\(look(up: user) ?? "#\(user)")")
    }
}
