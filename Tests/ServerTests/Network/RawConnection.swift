// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation
import Glibc
import NIOPosix

/// A connection that sends bytes as they are.
enum RawConnection {
    /// All that comes back until the server closes, or says nothing for a second.
    ///
    /// - Parameters:
    ///   - hasEnough: ends it before; whoever gives one is ready to wait for it, for 20 s at most.
    ///   - source: an address of the loopback, all of which are this machine's.
    static func exchange(
        port: Int, from source: String = "127.0.0.1", _ bytes: String,
        until hasEnough: (@Sendable (String) -> Bool)? = nil
    ) async throws -> String {
        try await NIOThreadPool.singleton.runIfActive {
            let socket = connected(to: port, from: source, patience: hasEnough == nil ? 1 : 20)
            defer { close(socket) }
            _ = Array(bytes.utf8).withUnsafeBytes { send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            var answer: [UInt8] = []
            var buffer = [UInt8](repeating: 0, count: 4096)
            while true {
                let count = recv(socket, &buffer, buffer.count, 0)
                guard count > 0 else { return String(decoding: answer, as: UTF8.self) }
                answer += buffer.prefix(count)
                let said = String(decoding: answer, as: UTF8.self)
                if hasEnough?(said) ?? false { return said }
            }
        }
    }

    /// Whether the server closes the connection while a byte more comes every 20 ms, for 10 s at most.
    static func isClosed(port: Int, trickling bytes: String) async throws -> Bool {
        try await NIOThreadPool.singleton.runIfActive {
            let socket = connected(to: port, patience: 0)
            defer { close(socket) }
            _ = Array(bytes.utf8).withUnsafeBytes { send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            var buffer = [UInt8](repeating: 0, count: 4096)
            for _ in 0..<500 {
                usleep(20_000)
                let sent = send(socket, "x", 1, Int32(MSG_NOSIGNAL))
                let count = recv(socket, &buffer, buffer.count, Int32(MSG_DONTWAIT))
                if sent < 0 || count == 0 || (count < 0 && errno != EAGAIN) { return true }
            }
            return false
        }
    }

    private static func connected(to port: Int, from source: String = "127.0.0.1", patience: Int) -> Int32 {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        if patience > 0 {
            var limit = timeval(tv_sec: patience, tv_usec: 0)
            setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        }
        connect(socket, port, from: source)
        return socket
    }

    private static func connect(_ socket: Int32, _ port: Int, from source: String) {
        with(source, port: 0) { _ = bind(socket, $0, $1) }
        with("127.0.0.1", port: port) { _ = Glibc.connect(socket, $0, $1) }
    }

    private static func with(_ host: String, port: Int, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Void) {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = inet_addr(host)
        withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }
}

extension RawConnection {
    /// A connection whose kernel takes in little of what nobody reads.
    static func connect(port: Int, from source: String = "127.0.0.1", receiving bytes: Int32) -> Int32 {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var size = bytes
        setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
        connect(socket, port, from: source)
        return socket
    }

    static func write(_ socket: Int32, _ bytes: String) {
        _ = Array(bytes.utf8).withUnsafeBytes { send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
    }

    /// How often a text comes, up to and with the one that ends it.
    static func count(_ text: String, on socket: Int32, until end: String) async throws -> Int {
        try await NIOThreadPool.singleton.runIfActive {
            var (texts, ends) = (Matcher(pattern: Array(text.utf8)), Matcher(pattern: Array(end.utf8)))
            var count = 0
            var buffer = [UInt8](repeating: 0, count: 1 << 20)
            while true {
                let read = recv(socket, &buffer, buffer.count, 0)
                guard read > 0 else { return count }
                count += texts.hits(in: buffer.prefix(read))
                if ends.hits(in: buffer.prefix(read)) > 0 { return count }
            }
        }
    }

    /// Finds bytes in a stream of them; what begins in one piece and ends in the next counts, too.
    private struct Matcher {
        var pattern: [UInt8]
        var tail: [UInt8] = []

        mutating func hits(in piece: ArraySlice<UInt8>) -> Int {
            let all = tail + piece
            tail = Array(all.suffix(pattern.count - 1))
            return all.withUnsafeBytes { bytes in
                guard let base = bytes.baseAddress, let first = pattern.first else { return 0 }
                var (count, place) = (0, 0)
                while place + pattern.count <= bytes.count,
                    let hit = memchr(base + place, Int32(first), bytes.count - place)
                {
                    place = UnsafeRawPointer(hit) - base
                    if place + pattern.count <= bytes.count, memcmp(hit, pattern, pattern.count) == 0 { count += 1 }
                    place += 1
                }
                return count
            }
        }
    }
}
