// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import CLinux
import Glibc

extension Folder {
    /// The whole content of a regular file of at most `limit` bytes.
    func contents(of name: [UInt8], limit: Int) throws(HostFault) -> [UInt8] {
        let file = try open(name)
        var bytes: [UInt8] = []
        try file.read(at: path.appending(name)) { piece throws(HostFault) in
            bytes += piece
            guard bytes.count <= limit else {
                throw HostFault("\(path.appending(name)) has more than \(limit) bytes")
            }
        }
        return bytes
    }
}

extension Descriptor {
    /// Large enough that calls cost nothing beside the copying, small enough to stay in the processor's cache.
    private static let pieceSize = 128 << 10

    /// Reads to the end, piece by piece. `expecting` bytes, if known, save a large buffer for a small file.
    func read(
        at path: HostPath, expecting: Int64 = .max, _ body: (UnsafeRawBufferPointer) throws(HostFault) -> Void
    ) throws(HostFault) {
        let size = Int(max(512, min(Int64(Self.pieceSize), expecting.addingReportingOverflow(1).partialValue)))
        let fault: HostFault? = withUnsafeTemporaryAllocation(byteCount: size, alignment: 16) { buffer in
            do throws(HostFault) {
                while true {
                    let count = clinux_read(raw, buffer.baseAddress, UInt64(buffer.count))
                    guard count >= 0 else { throw HostFault("read", path, code: Int32(-count)) }
                    if count == 0 { return nil }
                    try body(UnsafeRawBufferPointer(rebasing: buffer[..<Int(count)]))
                }
            } catch {
                return error
            }
        }
        if let fault { throw fault }
    }

    func write(_ bytes: UnsafeRawBufferPointer, at path: HostPath) throws(HostFault) {
        var rest = bytes
        while let base = rest.baseAddress, !rest.isEmpty {
            let count = clinux_write(raw, base, UInt64(rest.count))
            guard count > 0 else { throw HostFault("write", path, code: count < 0 ? Int32(-count) : ENOSPC) }
            rest = UnsafeRawBufferPointer(rebasing: rest[Int(count)...])
        }
    }
}
