// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation
import TestSupport
import Testing

/// A search that finds nothing proves nothing unless it finds what is there.
@Suite struct CanarySearchTests {
    private let canary = "canary-1f3a/secret?"

    @Test(arguments: [0, 1, 2, 7])
    func `a canary is found in every form, whatever stands around it`(offset: Int) {
        let search = CanarySearch(canary)
        let around = String(repeating: "x", count: offset)
        let data = Data("\(around)\(canary)yyyy".utf8)
        let hex = data.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        let forms = [
            "\(around)\(canary)", data.base64EncodedString(), hex, hex.uppercased(),
            data.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_"),
            data.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " "),
            data.map { "%" + String($0, radix: 16).uppercased() }.joined(),
        ]
        for form in forms { #expect(search.found(in: Array("log: \(form) end".utf8)) != nil, "\(form)") }
        #expect(search.found(in: Array("canary-1f3a".utf8)) == nil)
    }

    @Test func `a planted file is found, by name and content`() async throws {
        try await withScratchFolder { folder in
            let below = folder.appending(path: "a/b")
            try FileManager.default.createDirectory(at: below, withIntermediateDirectories: true)
            try Data("harmless".utf8).write(to: below.appending(path: "one"))
            #expect(try CanarySearch("planted-7c").files(below: folder.path) == [])
            try Data("x planted-7c x".utf8).write(to: below.appending(path: "two"))
            try Data().write(to: below.appending(path: "planted-7c"))
            #expect(try CanarySearch("planted-7c").files(below: folder.path).count == 2)
        }
    }
}
