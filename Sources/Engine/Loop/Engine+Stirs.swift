// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Model

/// Units that stand otherwise although no event says so: a pause that ran out, a wait for another unit, the end of a run
/// after its last event.
extension Engine {
    private static let mostStirs = 4096

    /// Each once; `nil` when there were so many since then that they are not known any more.
    ///
    /// - Parameter mark: what ``stirred`` was when somebody looked last.
    package func stirs(since mark: UInt64) -> (units: Set<UnitID>?, mark: UInt64) {
        (stirLog.units(since: mark), stirLog.mark)
    }

    func stir(_ unit: UnitID) {
        stirLog.note(unit, limit: Self.mostStirs)
        stirred.advance(to: stirLog.mark)
    }
}

extension Engine.Entry {
    /// Whether those who look are shown the same, all aside that is on record.
    func stands(as other: Engine.Entry) -> Bool {
        state == other.state && reason == other.reason && plan == other.plan && nextAttempt == other.nextAttempt
            && unpruned == other.unpruned
    }
}
