// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import CLinux
import Manifest
import Model

/// What one call of the driver works with.
struct Workbench: Sendable {
    let reach: Reach
    let ownership: OwnershipRules
    let book: LedgerBook
    let unit: UnitID
    let counters: Counters
    let now: @Sendable () -> Time

    /// Finds a path within the limits, and makes sure that it is nobody else's.
    func locate(_ path: HostPath, as kind: Text) throws(Obstacle) -> Located {
        let located: Located
        do throws(HostFault) {
            located = try reach.locate(path, as: kind)
        } catch {
            throw .fault(error)
        }
        let places = [path.text, located.real.text].compactMap(\.self)
        if let owner = book.claimant(of: places, otherThan: unit) { throw .claimed(by: owner) }
        return located
    }
}

/// Why an object is not to be touched.
enum Obstacle: Error, Sendable, Hashable {
    case claimed(by: UnitID)
    case fault(HostFault)

    var comparison: Comparison {
        switch self {
        case .claimed(let owner): .claimed(by: owner)
        case .fault(let fault): .refused(fault.text)
        }
    }

    var fault: HostFault {
        switch self {
        case .claimed(let owner): HostFault("belongs to \(owner)")
        case .fault(let fault): fault
        }
    }
}
