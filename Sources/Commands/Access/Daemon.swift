// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Glibc
import Manifest

/// Finds the daemon of a state folder.
enum Daemon {
    /// Whether something accepts connections there. Does not start any of the HTTP client's machinery, so that
    /// commands that need no daemon stay fast.
    static func answers(at socket: Text) -> Bool {
        var address = sockaddr_un()
        let path = Array(socket.utf8)
        guard path.count <= Endpoint.longestSocketPath else { return false }
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path) }
        let descriptor = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
            }
        }
    }
}
