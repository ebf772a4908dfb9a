// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation
import Glibc

/// Asks a daemon over its socket, without the cost of a command.
package struct DaemonSocket: Sendable {
    package let path: String

    package init(path: String) { self.path = path }

    /// The body of the answer.
    package func ask(_ method: String, _ target: String, body: String = "") throws -> String {
        let socket = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        guard socket >= 0 else { throw Child.Failed(description: "no socket") }
        defer { close(socket) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8).prefix($0.count - 1)) }
        let connected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard connected == 0 else { throw Child.Failed(description: "\(path): \(String(cString: strerror(errno)))") }
        let request =
            "\(method) \(target) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
            + "Content-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
        let bytes = Array(request.utf8)
        guard write(socket, bytes, bytes.count) == bytes.count else { throw Child.Failed(description: "cannot write") }
        var answer = Data()
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while case let count = read(socket, &buffer, buffer.count), count > 0 {
            answer.append(contentsOf: buffer[..<count])
        }
        let text = String(decoding: answer, as: UTF8.self)
        guard text.hasPrefix("HTTP/1.1 200"), let head = text.range(of: "\r\n\r\n") else {
            throw Child.Failed(description: "\(target): \(text.prefix(200))")
        }
        return String(text[head.upperBound...])
    }

    /// A figure of `/metrics`, by its whole name.
    package func figure(_ name: String) throws -> Double {
        try figures([name]).first ?? 0
    }

    /// Several of them by one question: the daemon counts all its units for each.
    package func figures(_ names: [String]) throws -> [Double] {
        let lines = try ask("GET", "/metrics").split(separator: "\n")
        return names.map { name in
            let line = lines.first { $0.hasPrefix(name + " ") }
            return line.flatMap { Double($0.split(separator: " ").last ?? "") } ?? 0
        }
    }

    /// The sum of all figures of a name, whatever their labels.
    package func sum(_ name: String) throws -> Double {
        try ask("GET", "/metrics").split(separator: "\n")
            .filter { $0.hasPrefix(name + "{") || $0.hasPrefix(name + " ") }
            .reduce(0) { $0 + ($1.split(separator: " ").last.flatMap { Double($0) } ?? 0) }
    }

    package func renders(_ result: String) throws -> Int {
        Int(try figure("trimtab_renders_total{result=\"\(result)\"}"))
    }
}
