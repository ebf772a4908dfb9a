// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Glibc
import NIOPosix

/// A connection that sends bytes as they are.
enum RawConnection {
    /// All that comes back until the server closes, or says nothing for a second.
    static func exchange(port: Int, _ bytes: String) async throws -> String {
        try await NIOThreadPool.singleton.runIfActive {
            let socket = connected(to: port, patience: 1)
            defer { close(socket) }
            _ = Array(bytes.utf8).withUnsafeBytes { send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            var answer: [UInt8] = []
            var buffer = [UInt8](repeating: 0, count: 4096)
            while true {
                let count = recv(socket, &buffer, buffer.count, 0)
                guard count > 0 else { return String(decoding: answer, as: UTF8.self) }
                answer += buffer.prefix(count)
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

    private static func connected(to port: Int, patience: Int) -> Int32 {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        if patience > 0 {
            var limit = timeval(tv_sec: patience, tv_usec: 0)
            setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        }
        withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        return socket
    }
}
