// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Fleet

extension FleetDesk {
    /// Who may do what, by the roles that were read last. A role that somebody took out counts no longer from then on.
    var accessPolicy: AccessPolicy {
        if let known = judged, known.revision == revision { return known.policy }
        let policy = AccessPolicy(snapshot)
        judged = (revision, policy)
        return policy
    }

    /// The labels that applications and targets have.
    var labelling: StatusBoard.Labelling { StatusBoard.Labelling(revision: revision, fleet: snapshot) }
}
