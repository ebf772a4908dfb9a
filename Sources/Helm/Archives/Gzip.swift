// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import CZlib

/// The gzip format (RFC 1952), read whole.
package enum Gzip {
    /// What was compressed; checked against the length and the checksum that the format carries.
    ///
    /// - Parameter limit: bytes of the result; what would be larger is refused once it is.
    package static func decompress(_ bytes: [UInt8], limit: Int) throws(ArchiveError) -> [UInt8] {
        guard bytes.count <= Int(UInt32.max) else { throw ArchiveError("is larger than 4 GiB") }
        var stream = z_stream()
        guard czlib_begin_gunzip(&stream) == Z_OK else { throw ArchiveError("there is no memory to unpack it") }
        defer { inflateEnd(&stream) }
        var input = bytes
        var output: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 64 << 10)
        let problem: String? = input.withUnsafeMutableBufferPointer { input in
            stream.next_in = input.baseAddress
            stream.avail_in = UInt32(input.count)
            while true {
                let (code, count) = piece.withUnsafeMutableBufferPointer { piece in
                    stream.next_out = piece.baseAddress
                    stream.avail_out = UInt32(piece.count)
                    let code = inflate(&stream, Z_NO_FLUSH)
                    return (code, piece.count - Int(stream.avail_out))
                }
                guard output.count + count <= limit else { return "unpacks to more than \(limit) bytes" }
                output.append(contentsOf: piece[..<count])
                switch code {
                case Z_OK: continue
                case Z_STREAM_END:
                    // One stream may follow another.
                    if stream.avail_in == 0 { return nil }
                    guard inflateReset(&stream) == Z_OK else { return "there is no memory to unpack it" }
                case Z_BUF_ERROR: return "is cut off"
                case Z_MEM_ERROR: return "there is no memory to unpack it"
                default: return "is no gzip file, or a damaged one"
                }
            }
        }
        if let problem { throw ArchiveError(problem) }
        return output
    }
}
