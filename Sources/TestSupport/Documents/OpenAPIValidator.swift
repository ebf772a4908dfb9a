// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation

/// A validator of OpenAPI that others wrote: `TRIMTAB_OPENAPI` names the Python that has it, and `scripts/lab/openapi`
/// makes it.
package enum OpenAPIValidator {
    package static let python = ProcessInfo.processInfo.environment["TRIMTAB_OPENAPI"].flatMap { $0.isEmpty ? nil : $0 }

    private static let script = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../../scripts/lab/openapi-check").path

    /// - Parameter files: the document, and samples.
    package static func check(_ files: [String]) throws -> (status: Int32, text: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: python ?? "/nonexistent")
        process.arguments = [script] + files
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let said = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: said, as: UTF8.self))
    }
}
