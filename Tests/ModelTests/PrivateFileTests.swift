// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation
import Model
import TestSupport
import Testing

@Suite struct PrivateFileTests {
    @Test func `a content takes the place of another as a whole, for its owner alone`() async throws {
        try await withScratchFolder { folder in
            let path = folder.path + "/file"
            #expect(try PrivateFile.read(path, limit: 10) == nil)
            // What a killed process left.
            try Data("left".utf8).write(to: URL(fileURLWithPath: path + ".new"))
            try PrivateFile.replace(path, with: Array("first".utf8))
            try PrivateFile.replace(path, with: [])
            #expect(try PrivateFile.read(path, limit: 10) == [])
            try PrivateFile.replace(path, with: Array("second".utf8))
            #expect(try PrivateFile.read(path, limit: 6) == Array("second".utf8))
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            #expect(mode == 0o600)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["file"])
        }
    }

    @Test func `what is too large, a link, or in no folder is refused, and says which`() async throws {
        try await withScratchFolder { folder in
            let path = folder.path + "/file"
            try PrivateFile.replace(path, with: Array("second".utf8))
            #expect(throws: PrivateFile.Failure.self) { try PrivateFile.read(path, limit: 5) }
            try FileManager.default.createSymbolicLink(atPath: path + "-link", withDestinationPath: path)
            #expect(throws: PrivateFile.Failure.self) { try PrivateFile.read(path + "-link", limit: 10) }
            let error = #expect(throws: PrivateFile.Failure.self) {
                try PrivateFile.replace(folder.path + "/absent/file", with: [])
            }
            #expect(error?.description == "\(folder.path)/absent/file: cannot be written: No such file or directory")
        }
    }
}
