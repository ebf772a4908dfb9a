// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Fleet
import Model

extension FleetDesk {
    /// Who may do what, by the roles that were read last. A role that somebody took out counts no longer from then on.
    var accessPolicy: AccessPolicy {
        if let known = judged, known.revision == revision { return known.policy }
        let policy = AccessPolicy(snapshot, former: former)
        judged = (revision, policy)
        return policy
    }

    /// Keeps whose units were that are declared no more.
    func remember(_ projects: [UnitID: ProjectName]) {
        guard projects != former else { return }
        former = projects
        judged = nil
    }

    /// The labels that applications and targets have.
    var labelling: StatusBoard.Labelling { StatusBoard.Labelling(revision: revision, fleet: snapshot) }
}
