// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// Which erased payloads the `retained` events of a journal answer for.
struct ErasureAccount: Sendable {
    private var through: UInt64 = 0
    private var single: Set<UInt64> = []

    mutating func add(_ payload: Value) {
        guard let retained = Retained(payload) else { return }
        through = max(through, retained.through)
        single.formUnion(retained.sequences)
    }

    func covers(_ range: ClosedRange<UInt64>) -> Bool {
        if range.upperBound <= through { return true }
        let rest = max(range.lowerBound, through &+ 1)...range.upperBound
        return rest.upperBound &- rest.lowerBound < UInt64(single.count) && rest.allSatisfy(single.contains)
    }
}

extension Value {
    var sequenceValue: UInt64? {
        guard case .number(let number) = self else { return nil }
        return switch number {
        case .signed(let value): UInt64(exactly: value)
        case .unsigned(let value): value
        case .decimal: nil
        }
    }
}
