// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Model

extension UnitStatus {
    /// What a reader should see first of how it stands: drift also where it is not put back for a while.
    package var shownState: SyncState { drift != nil && (sync == .inSync || sync == .paused) ? .drifted : sync }

    /// How much it needs a person; 0 for not at all.
    package var attention: Int { max(shownState.attention, health.health.attention) }
}

extension SyncState {
    fileprivate var attention: Int {
        switch self {
        case .failed: 70
        case .blocked: 60
        case .drifted: 50
        case .syncing: 30
        case .paused: 25
        case .pending: 20
        case .inSync: 0
        }
    }
}

extension Health {
    fileprivate var attention: Int {
        switch self {
        case .degraded: 55
        case .missing: 52
        case .progressing: 15
        case .suspended: 10
        case .unknown: 5
        case .healthy: 0
        }
    }
}
