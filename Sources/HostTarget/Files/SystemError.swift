// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import CLinux
import Manifest
import Model

/// A call of the kernel that failed: what was tried, on what, and why not.
struct SystemError: Error, CustomStringConvertible {
    var operation: String
    /// As the host's users know it, beneath the root.
    var path: [UInt8]
    /// `errno`.
    var code: Int32

    var description: String {
        let words = clinux_error_words(code).map { String(cString: $0) } ?? "error \(code)"
        return "cannot \(operation) \(printable(path)): \(words)\(advice)"
    }

    private var advice: String {
        switch clinux_error_name(code).map({ String(cString: $0) }) {
        case "ENOSPC": "; free some space, the next attempt goes on by itself"
        case "EROFS": "; the file system is mounted read-only"
        case "EACCES", "EPERM": "; does trimtab run as the right user, and is the file immutable?"
        case "EXDEV", "ELOOP": "; a link on the way leaves the target's root or loops"
        default: ""
        }
    }

    var isNotFound: Bool { clinux_error_name(code).map { String(cString: $0) } == "ENOENT" }
}

/// The result of a shim of `CLinux`, which says `-errno`.
@discardableResult
func check<Number: BinaryInteger>(_ result: Number, _ operation: String, _ path: [UInt8]) throws(SystemError) -> Number
{
    guard result >= 0 else { throw SystemError(operation: operation, path: path, code: Int32(0 - Int64(result))) }
    return result
}

/// Calls `body` with a C string of a path's bytes.
func withCString<Result>(_ bytes: [UInt8], _ body: (UnsafePointer<CChar>) -> Result) -> Result {
    (bytes + [0]).withUnsafeBytes { buffer in
        let pointer = buffer.baseAddress.map { $0.assumingMemoryBound(to: CChar.self) }
        return pointer.map(body) ?? "".withCString(body)
    }
}
