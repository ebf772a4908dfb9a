// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation
import Testing

/// docs/security.md names tests that there are.
@Suite struct SecurityPageTests {
    static let page = Script.folder.appending(path: "../../../docs/security.md")

    /// The third column of the table of classes.
    static func rows() throws -> [(kind: String, tests: [String])] {
        let text = try String(contentsOf: page, encoding: .utf8)
        return text.split(separator: "\n").compactMap { line in
            let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            guard cells.count == 3, cells[2].hasPrefix("`") else { return nil }
            return (cells[0], cells[2].split(separator: "`").map(String.init).filter { $0 != ", " })
        }
    }

    @Test func `each test that the page names is there`() throws {
        let folder = Script.folder.appending(path: "../..").standardizedFileURL
        let files = try #require(FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil))
        var code = ""
        for case let file as URL in files where file.pathExtension == "swift" {
            code += try String(contentsOf: file, encoding: .utf8)
        }
        let rows = try Self.rows()
        #expect(rows.count >= 9)
        for (kind, tests) in rows {
            #expect(!tests.isEmpty, "\(kind)")
            for test in tests {
                #expect(code.contains("func `\(test)`(") || code.contains("@Test(\"\(test)\""), "\(kind): \(test)")
            }
        }
    }
}
