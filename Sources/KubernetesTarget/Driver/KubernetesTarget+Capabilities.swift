// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Engine
import KubernetesClient
import Manifest
package import Model

extension KubernetesTarget {
    /// Asks the server for its version and for all that it serves. It is the connection that asks: every identity sees the
    /// same.
    package func capabilities(since known: Capabilities?) async throws(TargetError) -> Capabilities? {
        do throws(KubernetesError) {
            let version = try await cluster.version()
            return ServedKinds.capabilities(of: version, try await cluster.discovery(.refreshed), since: known)
        } catch {
            throw TargetError(error)
        }
    }
}

/// Makes of what a server serves what charts may ask for: each version of a group, and each kind in it, as Helm's own
/// `.Capabilities.APIVersions` has them.
enum ServedKinds {
    /// - Parameter known: what was known before. What a part of the API serves that does not answer now stays as it was.
    static func capabilities(of version: Text, _ discovery: Discovery, since known: Capabilities?) -> Capabilities {
        var all: Set<Text> = []
        for resource in discovery.resources {
            let group = resource.groupVersion.apiVersion
            all.insert(group)
            all.insert("\(group)/\(resource.kind)")
        }
        for group in discovery.unavailable.keys.map(\.apiVersion) {
            let kinds = Array("\(group)/".utf8)
            all.formUnion((known?.apiVersions ?? []).filter { $0 == group || $0.utf8.starts(with: kinds) })
        }
        return Capabilities(
            kubeVersion: version, apiVersions: Array(all.sorted().prefix(Capabilities.limit)))
    }
}
