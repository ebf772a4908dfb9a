// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import CLinux

/// An open file that is closed when nobody holds it any more.
final class Descriptor: Sendable {
    let raw: Int32

    /// Takes over an open descriptor.
    init(owning raw: Int32) { self.raw = raw }

    deinit { _ = clinux_close(raw) }
}

/// Hands bytes to C as a string. The caller vouches that they hold no NUL.
func withCString<Result>(_ bytes: [UInt8], _ body: (UnsafePointer<CChar>) -> Result) -> Result {
    // Names are short: no allocation for most.
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: bytes.count + 1) { buffer in
        for (index, byte) in bytes.enumerated() { buffer[index] = CChar(bitPattern: byte) }
        buffer[bytes.count] = 0
        return buffer.withMemoryRebound(to: CChar.self) { rebound in
            guard let base = rebound.baseAddress else { return body("") }
            return body(base)
        }
    }
}
