// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation
import FuzzProperties
import Testing

/// The inputs of `Fuzz/Corpora`: those to begin with, and those that broke something once.
@Suite struct FuzzReplayTests {
    @Test(arguments: FuzzSubject.all.map(\.name))
    func `every input keeps what must hold`(name: String) async throws {
        let subject = try #require(FuzzSubject.named(name))
        let files = try inputs(of: name)
        #expect(!files.isEmpty)
        for file in files {
            let bytes = Array(try Data(contentsOf: file))
            await #expect(throws: Never.self, "\(file.lastPathComponent)") { try await subject.check(bytes) }
        }
    }

    /// Ends in the middle are what a reader meets when a connection breaks.
    @Test(arguments: FuzzSubject.all.map(\.name))
    func `every beginning of an input keeps it, too`(name: String) async throws {
        let subject = try #require(FuzzSubject.named(name))
        for file in try inputs(of: name) {
            let bytes = Array(try Data(contentsOf: file))
            for count in stride(from: 0, to: min(bytes.count, 400), by: 7) {
                await #expect(throws: Never.self, "\(file.lastPathComponent), \(count) bytes") {
                    try await subject.check(Array(bytes.prefix(count)))
                }
            }
        }
    }

    /// libFuzzer does not begin without it.
    @Test(arguments: FuzzSubject.all.map(\.name))
    func `every subject has a dictionary`(name: String) {
        let words = name.prefix { $0 != "-" }
        let path = URL(filePath: #filePath).deletingLastPathComponent().appending(
            path: "../../Fuzz/Dictionaries/\(words)")
        #expect(FileManager.default.fileExists(atPath: path.path))
    }

    private func inputs(of name: String) throws -> [URL] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Fuzz/Corpora/\(name)")
        return try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
    }
}
