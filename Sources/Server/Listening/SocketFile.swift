// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Glibc
import Manifest

/// The file of a unix socket, which nobody but its owner can connect to for a moment.
///
/// A socket gets its mode from the process's umask when it is bound. It is therefore bound inside a private folder
/// beside its place, and moved there once its own mode is right; that also replaces what a dead process left.
struct SocketFile: Sendable {
    let path: Text

    private var folder: String { path.string + ".new" }
    /// Where to bind.
    var preparation: String { folder + "/s" }

    func prepare() throws(APIError) {
        guard preparation.utf8.count <= Endpoint.longestSocketPath else {
            throw APIError(
                .invalid, "\(path): is too long for a unix socket", advice: "choose a state folder with a shorter path")
        }
        unlink(preparation)
        guard mkdir(folder, 0o700) == 0 || errno == EEXIST, chmod(folder, 0o700) == 0 else { throw failure("make") }
    }

    func publish() throws(APIError) {
        guard chmod(preparation, 0o600) == 0, rename(preparation, path.string) == 0 else { throw failure("move") }
        rmdir(folder)
    }

    func remove() {
        unlink(preparation)
        rmdir(folder)
        unlink(path.string)
    }

    private func failure(_ verb: String) -> APIError {
        let reason = String(cString: strerror(errno))
        return APIError(.failed, "\(path): cannot \(verb) the socket: \(reason)")
    }
}
