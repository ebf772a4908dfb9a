// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Fleet
import Foundation
import Manifest
import Model
import Notifications
import TestSupport
import Testing

@testable import Assembly

@Suite struct OutboxFileTests {
    @Test func `as many alerts as may fire are read back, for all receivers`() async throws {
        try await withScratchFolder { folder in
            var book = AlertBook()
            for number in 0..<5000 {
                _ = book.fire(
                    Message(
                        id: "w-1-\(Text("\(number)"))", sequence: 1, time: Sample.now, kind: .drifted,
                        severity: .warning, fleet: "acme", unit: Sample.unit("app-\(number)", "prod"),
                        summary: Text(String(repeating: "x", count: 200))))
            }
            var lanes: [NotificationName: Lane] = [:]
            for name in ["one", "two", "three"] {
                var lane = Lane(position: 7)
                lane.alerts = book
                lanes[try NotificationName(validating: Text(name))] = lane
            }
            let file = OutboxFile(path: folder.path + "/notifications.json")
            try await file.write(lanes)
            let read = try await file.read()
            #expect(read == lanes && read.values.first?.alerts.firing.count == 5000)
        }
    }
}
