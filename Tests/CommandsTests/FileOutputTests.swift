// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Commands
import Foundation
import Glibc
import Manifest
import Model
import TestSupport
import Testing

/// What `--output` names need not be a file.
@Suite struct FileOutputTests {
    /// Runs a command that writes into a pipe, and returns what came out of it.
    private func pour(_ command: [String], in folder: URL) async throws -> String {
        let pipe = folder.path + "/pipe"
        try #require(mkfifo(pipe, 0o600) == 0)
        // Open before anybody writes, so that nobody waits for it.
        let reader = open(pipe, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        try #require(reader >= 0)
        defer { close(reader) }
        let capture = Capture()
        let status = await run(command + ["--output", pipe], capture, in: folder)
        #expect(status == .success, "\(capture.lines(\.errors, folder: folder.path))")
        var info = stat()
        let isThere = lstat(pipe, &info) == 0
        #expect(isThere && info.st_mode & S_IFMT == S_IFIFO)
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = read(reader, &buffer, buffer.count)
        return String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
    }

    private func run(_ command: [String], _ capture: Capture, in folder: URL) async -> Commands.ExitStatus {
        var environment = capture.environment(Sample.engine, folder: folder.path)
        var tools = SecretTools.none
        tools.decrypt = { file throws(APIError) in Secret(file.content) }
        tools.encrypt = { file, _ throws(APIError) in file.content }
        tools.generateKey = { _ throws(APIError) in
            GeneratedKey(recipient: "age1", secret: Secret("AGE-SECRET-KEY-1"))
        }
        environment.parts.secrets = tools
        return await Invocation.run(["secrets"] + command, in: environment)
    }

    @Test(arguments: ["decrypt", "encrypt"])
    func `a pipe stays one, and gets what a file would have`(command: String) async throws {
        try await withScratchFolder { folder in
            try Data("password".utf8).write(to: folder.appending(path: "file"))
            #expect(try await pour([command, folder.path + "/file"], in: folder) == "password")
        }
    }

    @Test func `a new key goes into a pipe`() async throws {
        try await withScratchFolder { folder in
            let key = try await pour(["keygen"], in: folder)
            #expect(key.hasSuffix("AGE-SECRET-KEY-1\n"))
        }
    }

    @Test func `a folder is refused, and nothing is put beside it`() async throws {
        try await withScratchFolder { folder in
            let place = folder.appending(path: "place")
            try FileManager.default.createDirectory(at: place, withIntermediateDirectories: false)
            try Data("password".utf8).write(to: folder.appending(path: "file"))
            let capture = Capture()
            let status = await run(["decrypt", folder.path + "/file", "--output", place.path], capture, in: folder)
            #expect(status == .usage)
            #expect(capture.lines(\.errors, folder: folder.path).first == "error: $WORK/place: is a folder")
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["file", "place"])
        }
    }
}
