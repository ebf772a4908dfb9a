// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import BenchmarkSupport
import Foundation

/// The other process, built beside this one.
enum YamsPeer {
    struct Failed: Error {}

    static func measure(_ yaml: [UInt8]) throws -> [Timing] {
        let file = FileManager.default.temporaryDirectory.appending(path: "trimtab-bench-\(UUID()).yaml")
        try Data(yaml).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let process = Process()
        process.executableURL = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
            .appending(path: "YamsBenchmark")
        process.arguments = [file.path]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let lines = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failed() }
        return lines.split(separator: "\n").compactMap { Timing(line: $0) }
    }
}
