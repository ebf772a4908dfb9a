// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Foundation
import Glibc
import Logging
import Manifest
import Server
import TestSupport
import Testing

@Suite struct SocketTests {
    @Test func `only its owner can connect, and nothing else is left beside it`() async throws {
        try await withServer { socket in
            var info = stat()
            #expect(stat(socket, &info) == 0)
            #expect(info.st_mode & 0o7777 == 0o600)
            let folder = String(socket.dropLast("/trimtab.sock".count))
            let files = try FileManager.default.contentsOfDirectory(atPath: folder)
            #expect(files == ["trimtab.sock"])
        }
    }

    @Test func `the socket of a dead daemon is replaced, and its own is taken away`() async throws {
        try await withScratchFolder { folder in
            let socket = folder.path + "/trimtab.sock"
            #expect(FileManager.default.createFile(atPath: socket, contents: nil))
            let twin = MemoryOperations(fleet: Sample.fleet)
            let server = APIServer(
                on: .unixSocket(Text(socket)),
                serving: APIServer.Site(operations: twin, metrics: { "" }, reasonsNotReady: { [] }),
                log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
            await withThrowingTaskGroup(of: Void.self) { group in
                let (listening, continuation) = AsyncStream<Void>.makeStream()
                group.addTask { try await server.run { _ in continuation.finish() } }
                for await _ in listening {}
                await #expect(throws: Never.self) {
                    try await HTTPOperations.with(.unixSocket(Text(socket))) { try await $0.status(of: .all) }
                }
                group.cancelAll()
            }
            #expect(!FileManager.default.fileExists(atPath: socket))
        }
    }

    @Test func `a path that no socket can have is refused with advice`() async throws {
        let server = APIServer(
            on: .unixSocket(Text("/tmp/" + String(repeating: "x", count: 120))),
            serving: APIServer.Site(
                operations: MemoryOperations(fleet: Sample.fleet), metrics: { "" }, reasonsNotReady: { [] }),
            log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let error = await #expect(throws: APIError.self) { try await server.run() }
        #expect(error?.code == .invalid)
    }

    @Test func `a daemon that is gone is told apart from one that answers`() async throws {
        let error = await #expect(throws: APIError.self) {
            try await HTTPOperations.with(.unixSocket("/nonexistent/trimtab.sock")) { try await $0.status(of: .all) }
        }
        #expect(error?.code == .unavailable)
    }

    @Test func `stopping with connections that nobody looked at yet is no crash`() async throws {
        for _ in 0..<10 {
            try await withServer { socket in
                for _ in 0..<20 { close(connected(to: socket)) }
            }
        }
    }
}

private func connected(to path: String) -> Int32 {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            _ = connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
        }
    }
    return descriptor
}
