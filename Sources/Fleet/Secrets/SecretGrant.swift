// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
import Model

/// What the units of a project may read of one store on one target.
package struct SecretGrant: Sendable, Hashable {
    package var store: SecretStore
    package var paths: [StorePattern]

    package func covers(_ path: Text) -> Bool { paths.contains { $0.matches(path) } }

    var summary: Value { [store.summary, .array(paths.map { .string($0.text) })] }
}

extension SecretStore {
    /// `nil` when nothing is allowed.
    func grant(to project: ProjectName, on target: Target) -> SecretGrant? {
        let permissions = allow.filter { permission in
            permission.projects.contains(project) && permission.on.map(target.isSelected(by:)) ?? true
        }
        let paths = permissions.flatMap(\.paths)
        return paths.isEmpty ? nil : SecretGrant(store: self, paths: paths)
    }
}

extension [SecretGrant] {
    /// The store of a reference; the reason in words when it may not be read.
    package func store(of reference: SecretMapping.Reference) -> Result<SecretStore, SecretRefusal> {
        guard let grant = first(where: { $0.store.name == reference.store }) else {
            return .failure(
                SecretRefusal(
                    reason: "no SecretStore \(reference.store) allows this project anything on this target",
                    advice: "its \"allow\" names the projects, targets and paths that may be read"))
        }
        guard grant.covers(reference.path) else {
            return .failure(
                SecretRefusal(
                    reason: "SecretStore \(reference.store) does not allow this project to read \(reference.path)",
                    advice: "it may read \(grant.paths.map(\.text.string).joined(separator: ", "))"))
        }
        return .success(grant.store)
    }
}

/// Why a reference may not be followed.
package struct SecretRefusal: Error, Sendable, Hashable {
    package var reason: String
    package var advice: String
}
