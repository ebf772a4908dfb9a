// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import GitSource
import Glibc
import Model

/// The stream of `git cat-file`, from a socket that a test fills.
enum AnswerProperties {
    private static let id = String(repeating: "a1", count: 20)

    static func check(_ bytes: [UInt8]) throws {
        let whole = try transcript(of: bytes, inPieces: max(bytes.count, 1))
        try require(bytes.starts(with: whole), "what was answered is not what was sent")
        // However the stream is cut, it says the same.
        for size in [64, 61] where size < bytes.count {
            try require(try transcript(of: bytes, inPieces: size) == whole, "in pieces it says something else")
        }
    }

    /// The answers up to the first that makes no sense, written down again.
    private static func transcript(of bytes: [UInt8], inPieces size: Int) throws -> [UInt8] {
        guard let id = GitID(hex: id) else { return [] }
        let socket = try filledSocket(bytes, size)
        defer { close(socket) }
        var reader = AnswerReader(socket: socket)
        var transcript: [UInt8] = []
        do throws(AnswerReader.Failure) {
            while true {
                switch try reader.answer(to: id) {
                case .missing: transcript += Array("\(id.hex) missing\n".utf8)
                case .header(let info):
                    guard info.size <= 1 << 20 else { return transcript }
                    let content = try reader.content(size: Int(info.size))
                    transcript += Array("\(id.hex) \(info.kind.rawValue) \(info.size)\n".utf8) + content + [0x0A]
                }
            }
        } catch {
            return transcript
        }
    }

    /// A socket that hands out one piece at each read.
    private static func filledSocket(_ bytes: [UInt8], _ size: Int) throws -> Int32 {
        var ends: [Int32] = [-1, -1]
        guard socketpair(AF_UNIX, Int32(SOCK_SEQPACKET.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else {
            throw Violation(description: "no socket: \(errno)")
        }
        defer { close(ends[1]) }
        var start = 0
        while start < bytes.count {
            let end = min(start + size, bytes.count)
            let sent = bytes[start..<end].withUnsafeBytes {
                send(ends[1], $0.baseAddress, $0.count, Int32(MSG_DONTWAIT))
            }
            guard sent == end - start else { throw Violation(description: "the socket is full") }
            start = end
        }
        return ends[0]
    }
}
