// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Engine
import Foundation
import Manifest
import Model
import TestSupport
import Testing

@testable import HostTarget

@Suite(.timeLimit(.minutes(5))) struct ConformanceTests {
    @Test func `the driver of hosts keeps to what the engine relies on`() async throws {
        try await withScratchFolder { folder in
            var count = 0
            let violations = try await TargetDriverConformance.violations {
                count += 1
                let root = folder.appendingPathComponent("\(count)")
                try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
                let host = try Host(root)
                @Sendable func path(_ object: DesiredObject) -> String {
                    object.spec["path"]?.stringValue?.string ?? ""
                }
                return TargetDriverConformance.Subject(
                    driver: host.target, unit: host.unit, other: try Host(root, unit: unit("other")).unit,
                    object: { name, content in
                        host.file(name, path: Text("/srv/\(name)"), [("content", .string(content))])
                    },
                    edit: { try host.write("foreign", to: String(path($0).dropFirst())) },
                    takeAway: { try FileManager.default.removeItem(at: root.appendingPathComponent(path($0))) })
            }
            #expect(violations == [])
        }
    }
}
