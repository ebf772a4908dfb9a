// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Fleet
import GitSource
import Kustomize
import Manifest
import Model
import Rendering

/// Bases that kustomizations name in other repositories, as the fleet under check declares them.
extension SourceTrees {
    nonisolated func remotes(of unit: UnitSpec, in fleet: FleetSnapshot) -> RemoteTrees {
        RemoteTrees { address in await self.base(address, for: unit.project, in: fleet) }
    }

    private func base(
        _ address: Text, for project: ProjectName, in fleet: FleetSnapshot
    ) async -> Result<RemoteTrees.Found, Refusal> {
        let declared = DeclaredBases(fleet.sources.values, absolute: ServedTargets(named: [], below: folder).absolute)
        let allowed = fleet.projects[project]?.sources ?? []
        switch declared.match(address, for: project, allowed: allowed) {
        case .failure(let refusal): return .failure(refusal)
        case .success(let match):
            guard let opener else {
                lacksBase = true
                return .failure(Refusal(reason: "\(address) is not fetched here", advice: "--render fetches it"))
            }
            var last = ContentFailure("\(match.source.name) has no such revision")
            for follow in match.follows {
                switch await tree(of: match.source, at: follow, with: opener) {
                case .success(let tree):
                    let following = Following(source: match.source.name, follow: follow).order
                    return .success(
                        RemoteTrees.Found(tree: tree, folder: match.folder, commit: nil, following: following))
                case .failure(let failure): last = failure
                }
            }
            return .failure(Refusal(reason: last.reason))
        }
    }

    /// Whether some render failed because a base may not be fetched; asked once for each.
    func takeLack() -> Bool {
        defer { lacksBase = false }
        return lacksBase
    }
}
