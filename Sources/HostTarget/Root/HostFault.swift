// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import CLinux
import Glibc
import Manifest

/// Why one object could not be looked at or changed, in words for people.
struct HostFault: Error, Sendable, Hashable, CustomStringConvertible {
    var reason: String
    /// The number of the system's error, where there was one.
    var code: Int32?

    init(_ reason: String, code: Int32? = nil) {
        self.reason = reason
        self.code = code
    }

    /// `cannot write /srv/x: No space left on device (ENOSPC): free some space on its file system`
    init(_ act: String, _ path: HostPath, code: Int32) {
        self.init("cannot \(act) \(path)", code: code)
    }

    /// `what` says which act failed: `cannot read the list of packages`.
    init(_ what: String, code: Int32) {
        let words = clinux_error_words(code).map { String(cString: $0) } ?? "unknown error"
        let name = clinux_error_name(code).map { String(cString: $0) } ?? "\(code)"
        let advice = Self.advice(code).map { ": \($0)" } ?? ""
        self.init("\(what): \(words) (\(name))\(advice)", code: .some(code))
    }

    var text: Text { Text(reason) }
    var description: String { reason }

    private static func advice(_ code: Int32) -> String? {
        switch code {
        case ENOSPC: "free some space or inodes on its file system"
        case EDQUOT: "raise the quota or free some space"
        case EROFS: "its file system is mounted read-only"
        case EACCES: "Trimtab runs as user \(clinux_effective_user()), which may not"
        case EPERM:
            clinux_effective_user() == 0
                ? "it may be immutable (see lsattr) or on a file system that forbids it"
                : "it needs root; Trimtab runs as user \(clinux_effective_user())"
        case ELOOP: "a link stands where none may be, or links form a loop"
        case ENAMETOOLONG: "use a shorter name"
        case ENOTDIR: "something in its path is not a folder"
        case EMFILE, ENFILE: "raise the limit of open files"
        case EIO: "its disk fails: see the kernel's log"
        default: nil
        }
    }
}

/// Gives a result of `CLinux` back, or the fault that it stands for.
func checked(_ result: Int32, _ act: @autoclosure () -> String, _ path: @autoclosure () -> HostPath)
    throws(HostFault) -> Int32
{
    guard result >= 0 else { throw HostFault(act(), path(), code: -result) }
    return result
}
