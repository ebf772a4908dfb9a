// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Engine
import Fleet
import KubernetesClient
import Manifest
package import Model

extension KubernetesTarget {
    package func admit(_ objects: [DesiredObject], of unit: UnitContext) async throws(TargetError) -> [Refusal] {
        let reach = try reach(for: unit)
        var refusals: [Refusal] = []
        var places: [ObjectAddress: DesiredObject] = [:]
        let coming = DefinedKinds(objects)
        for object in objects {
            func refuse(_ reason: String) {
                refusals.append(Refusal(object: object.id, reason: "\(Text(reason)) (\(object.origin))"))
            }
            if let reason = Self.refusal(of: object) {
                refuse(reason)
                continue
            }
            do throws(KubernetesError) {
                let address = try await reach.address(of: object)
                if let first = places.updateValue(object, forKey: address) {
                    refuse("is declared by \(first.origin) already")
                }
                var id = object.id
                id.namespace = address.namespace
                if let reason = reach.limits.refusal(of: id, isNamespaced: address.resource.isNamespaced) {
                    refuse(reason)
                }
            } catch {
                if error.code == .unknownKind, let isNamespaced = coming.isNamespaced(object.id) {
                    if let reason = reach.limits.refusal(of: object.id, isNamespaced: isNamespaced) { refuse(reason) }
                } else if error.isTransient {
                    throw TargetError(error)
                } else {
                    refuse(String(describing: error))
                }
            }
        }
        return refusals
    }

    private static func refusal(of object: DesiredObject) -> String? {
        if object.id.group == "host.trimtab.dev" { return "a cluster knows no \(object.id.kind) of a host" }
        if object.id.kind == "ConfigMap", object.id.name.utf8.starts(with: InventoryBooks.prefix.utf8) {
            return "names that begin with \(InventoryBooks.prefix) are Trimtab's own"
        }
        let annotations = object.manifest["metadata"]?["annotations"]
        let own = [Claim.unit, Claim.content, MergeMark.annotation].first { annotations?[$0] != nil }
        return own.map { "the annotation \($0) is Trimtab's own" }
    }
}

/// Kinds that an application defines beside the objects of them.
struct DefinedKinds: Sendable {
    private var scopes: [Text: Bool] = [:]

    init(_ objects: [DesiredObject]) {
        for object in objects where object.id.kind == "CustomResourceDefinition" {
            guard let group = object.spec["group"]?.stringValue, let kind = object.spec["names"]?["kind"]?.stringValue
            else { continue }
            scopes["\(kind).\(group)"] = object.spec["scope"]?.stringValue != "Cluster"
        }
    }

    /// `nil` for a kind that is not defined here.
    func isNamespaced(_ id: ObjectID) -> Bool? { scopes["\(id.kind).\(id.group)"] }
}
