// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation
import Synchronization
import TestSupport

/// All that somebody could see while a trial went on: what commands printed, what the program logged, what it sent.
final class CanaryEvidence: Sendable {
    struct Item: Sendable {
        var source: String
        var bytes: [UInt8]
    }

    private let all = Mutex<[Item]>([])

    var items: [Item] { all.withLock { $0 } }

    func add(_ source: String, _ text: String) { add(source, Array(text.utf8)) }
    func add(_ source: String, _ bytes: [UInt8]) { all.withLock { $0.append(Item(source: source, bytes: bytes)) } }

    /// Where a text stands, and in which form.
    func places(of text: String) -> [String] {
        let search = CanarySearch(text)
        return items.compactMap { item in search.found(in: item.bytes).map { "\(item.source): \($0)" } }
    }
}
