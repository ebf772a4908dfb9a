// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Foundation

/// A process that a test runs to its end. Blocks.
package enum TestProcess {
    package struct Result: Sendable {
        package var status: Int32
        /// Standard output and standard error, together.
        package var output: [UInt8]
        package var text: String { String(decoding: output, as: UTF8.self) }
    }

    package static func run(
        _ executable: String, _ arguments: [String], environment: [String: String]? = nil, input: [UInt8]? = nil,
        folder: URL? = nil
    ) throws -> Result {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: executable)
        process.arguments = arguments
        if let environment { process.environment = environment }
        if let folder { process.currentDirectoryURL = folder }
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        let standardInput = Pipe()
        process.standardInput = standardInput
        try process.run()
        if let input { try standardInput.fileHandleForWriting.write(contentsOf: Data(input)) }
        try standardInput.fileHandleForWriting.close()
        let bytes = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return Result(status: process.terminationStatus, output: Array(bytes))
    }
}
