// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
package import Model

/// How many units are in which state.
package struct SyncCounts: Sendable, Hashable {
    private var counts = [Int](repeating: 0, count: SyncState.allCases.count)

    package init() {}

    package init(_ numbers: [SyncState: Int]) {
        for (state, number) in numbers { counts[state.place] = number }
    }

    package subscript(state: SyncState) -> Int { counts[state.place] }
    package var total: Int { counts.reduce(0, +) }

    package mutating func count(_ state: SyncState) { counts[state.place] += 1 }
}

extension SyncState {
    fileprivate var place: Int {
        switch self {
        case .inSync: 0
        case .pending: 1
        case .syncing: 2
        case .drifted: 3
        case .paused: 4
        case .blocked: 5
        case .failed: 6
        }
    }
}

extension SyncCounts {
    static let worstFirst: [SyncState] = [.failed, .blocked, .drifted, .paused, .syncing, .pending, .inSync]

    /// A bar of the shares, a drawing only: the numbers stand beside it.
    var bar: HTML {
        let total = max(1, total)
        var x = 0.0
        return H.svg(.class("bar"), .viewBox("0 0 100 1"), .stretched, .ariaHidden) {
            for state in Self.worstFirst where self[state] > 0 {
                // What is rare must be seen all the same.
                let width = max(0.6, Double(self[state]) * 100 / Double(total))
                segment(state, from: &x, width)
            }
        }
    }

    private func segment(_ state: SyncState, from x: inout Double, _ width: Double) -> HTML {
        defer { x += width }
        return H.rect(
            .class("share-\(state.rawValue)"), .x(Self.short(x)), .width(Self.short(width)), .height("1")
        ) {}
    }

    private static func short(_ number: Double) -> Text {
        let hundredths = Int((number * 100).rounded())
        return Text("\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100)")
    }

    /// `3 Drifted, 12 In sync`, the worst first.
    var words: String {
        let parts = Self.worstFirst.compactMap { state in
            self[state] > 0 ? "\(Words.number(self[state])) \(state.words.lowercased())" : nil
        }
        return parts.isEmpty ? "no units" : parts.joined(separator: ", ")
    }
}
