// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Model

extension FleetSnapshot {
    /// What a project's applications may touch on a target, also of an application that is declared no more; `nil` where
    /// the project or the target is gone, or where two entries of the limits speak for it.
    package func limits(of project: ProjectName, on target: TargetName) -> Grant? {
        guard let target = targets[target], let project = projects[project] else { return nil }
        let granted = project.limits.filter { target.isSelected(by: $0.on) }.map(\.grant).filter(target.place.takes)
        return granted.count == 1 ? granted.first : nil
    }
}
