// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Foundation

/// A folder that lives as long as the closure. `TRIMTAB_KEEP_SCRATCH=1` keeps it for a look.
package func withScratchFolder<Result>(
    _ name: String = #function,
    isolation: isolated (any Actor)? = #isolation,
    _ body: (URL) async throws -> Result
) async throws -> Result {
    let label = String(name.prefix { $0.isASCII && ($0.isLetter || $0.isNumber) })
    let folder = FileManager.default.temporaryDirectory
        .appendingPathComponent("trimtab-\(label)-\(UUID().uuidString.prefix(8))")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer {
        if ProcessInfo.processInfo.environment["TRIMTAB_KEEP_SCRATCH"] == nil {
            try? FileManager.default.removeItem(at: folder)
        }
    }
    return try await body(folder)
}
