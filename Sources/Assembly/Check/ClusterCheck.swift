// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Commands
import Fleet
import Manifest
import Model
import Rendering

/// What can be told of objects for clusters without asking one: whether their API is retired, who else declares them, and
/// whether anybody declares the namespace they lie in.
struct ClusterCheck: Sendable {
    private struct Object: Hashable {
        var place: Target.Place
        var id: ObjectID
    }

    private struct Stray {
        var error: ReadingError
        var unit: UnitID
        var namespace: Text
        var place: Target.Place
    }

    private let minor: Int?
    private var declared: [Object: (unit: UnitID, origin: Text)] = [:]
    private var namespaces: [Target.Place: Set<Text>] = [:]
    private var strays: [Stray] = []

    /// - Parameter kubeVersion: that APIs are told for; `nil` when it is not known.
    init(kubeVersion: Text?) { minor = kubeVersion.flatMap(RetiredAPIs.minor) }

    /// Namespaces that every cluster has.
    private static let given: Set<Text> = ["", "default", "kube-system", "kube-public", "kube-node-lease"]

    /// - Parameter scope: which kinds lie in namespaces, as far as the unit's own definitions tell.
    mutating func check(
        _ object: DesiredObject, _ places: Places, of unit: UnitSpec, in scope: KubernetesScope,
        _ findings: inout CheckFindings
    ) {
        let position = places.value(FieldPath())
        func problem(_ reason: String, _ advice: String? = nil) -> ReadingError {
            ReadingError(
                file: places.file, position: position, reason: "\(object.id.kind)/\(object.id.name): \(reason)",
                advice: advice)
        }
        if let retired = RetiredAPIs.find(object.apiVersion, object.id.kind) {
            let words = retired.words(for: minor)
            findings.add(
                .retiredAPI, problem(words.reason, words.advice), level: words.isError ? .error : .warning)
        }
        let isNamespaced = scope.isNamespaced(group: object.id.group, kind: object.id.kind)
        if let refusal = unit.limits.kubernetes?.refusal(of: object.id, isNamespaced: isNamespaced) {
            findings.add(.projectLimits, problem("project \(unit.project): \(refusal)"), of: unit.unit)
        }
        let key = Object(place: unit.place, id: object.id)
        if let first = declared[key] {
            if first.unit != unit.unit {
                findings.add(
                    .duplicateObject,
                    problem(
                        "\(unit.unit) declares it, which \(first.unit) declares at \(first.origin)",
                        "an object belongs to one unit: remove one of them"))
            }
        } else {
            declared[key] = (unit.unit, object.origin)
        }
        if object.id.group.isEmpty, object.id.kind == "Namespace" {
            namespaces[unit.place, default: []].insert(object.id.name)
        } else if isNamespaced, !Self.given.contains(object.id.namespace) {
            strays.append(
                Stray(
                    error: problem(
                        "no unit declares the namespace \(object.id.namespace)",
                        "declare it, or see to it that it is there"),
                    unit: unit.unit, namespace: object.id.namespace, place: unit.place))
        }
    }

    /// What could not be told before all was seen: one finding for each namespace that is missing somewhere.
    func finish(_ findings: inout CheckFindings) {
        var told: Set<[Text]> = []
        for stray in strays where !(namespaces[stray.place]?.contains(stray.namespace) ?? false) {
            guard told.insert([Text("\(stray.place)"), stray.namespace]).inserted else { continue }
            findings.add(.missingNamespace, stray.error, level: .warning, of: stray.unit)
        }
    }
}
