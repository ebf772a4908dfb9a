// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Engine
import KubernetesClient
package import Manifest
package import Model
import Synchronization

extension KubernetesTarget {
    /// So long a look counts as present.
    private static let freshness: Duration = .milliseconds(200)
    /// So long a status that names no generation must have stayed well.
    private static let settling: Duration = .seconds(1)

    package func health(
        of objects: [DesiredObject], in unit: UnitContext
    ) async throws(TargetError) -> [ObjectID: HealthReport] {
        let reach = try reach(for: unit)
        return await explain([.degraded], await reports(of: objects, reach), of: objects, reach)
    }

    package func explainedHealth(
        of objects: [DesiredObject], in unit: UnitContext
    ) async throws(TargetError) -> [ObjectID: HealthReport] {
        let reach = try reach(for: unit)
        return await explain([.degraded, .progressing], await reports(of: objects, reach), of: objects, reach)
    }

    private func reports(of objects: [DesiredObject], _ reach: Reach) async -> [ObjectID: HealthReport] {
        let now = clocks.monotonic()
        var reports: [ObjectID: HealthReport] = [:]
        var open: [DesiredObject] = []
        for object in objects {
            if let known = desk.health(of: object.id, since: now.advanced(by: .zero - Self.freshness)) {
                reports[object.id] = known
            } else {
                open.append(object)
            }
        }
        if !open.isEmpty {
            let answers = await LiveReader(reach: reach, width: width, populations: populations).read(open) {
                [desk, clocks] object, _, live in
                desk.health(of: live, object.id, now: clocks.wall())
            }
            for (object, answer) in zip(open, answers) {
                switch answer {
                case .found(let report): reports[object.id] = report
                case .absent: reports[object.id] = HealthReport(.missing, reason: "is not there")
                case .failed(let error): reports[object.id] = HealthReport(.unknown, reason: String(describing: error))
                }
            }
        }
        for (id, report) in reports where report.health == .healthy && desk.isSettling(id, now, Self.settling) {
            reports[id] = HealthReport(.progressing, reason: "was changed a moment ago")
        }
        return reports
    }

    /// With what the Pods of rollouts tell that stand like that.
    private func explain(
        _ troubled: Set<Health>, _ reports: [ObjectID: HealthReport], of objects: [DesiredObject], _ reach: Reach
    ) async -> [ObjectID: HealthReport] {
        var reports = reports
        for object in objects {
            guard let report = reports[object.id], troubled.contains(report.health),
                let words = await trouble(of: object, told: report.reason, reach)
            else { continue }
            reports[object.id] = HealthReport(report.health, reason: "\(report.reason): \(words)")
        }
        return reports
    }

    /// Why a rollout does not come to its end, as its ReplicaSets, its Pods and the events about it tell. What cannot be
    /// read says nothing.
    private func trouble(of object: DesiredObject, told: String, _ reach: Reach) async -> String? {
        guard ["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job"].contains(object.id.kind),
            let address = try? await reach.address(of: object), let live = try? await reach.api.get(address),
            let labels = live["spec"]?["selector"]?["matchLabels"]?.objectValue
        else { return nil }
        let selector = labels.pairs.compactMap { pair in pair.value.stringValue.map { "\(pair.key)=\($0)" } }
        guard !selector.isEmpty, let discovery = try? await reach.shared.discovery(.cached) else { return nil }
        func some(_ kind: Text, of group: Text, labels: String = "", fields: String = "") async -> [Value] {
            guard let resource = discovery.preferred(group: group, kind: kind) else { return [] }
            var some: [Value] = []
            let query = Query(
                Collection(resource, namespace: address.namespace), labels: Text(labels), fields: Text(fields))
            _ = try? await reach.api.list(query) { (object) async throws(KubernetesError) in
                if some.count < 50 { some.append(object) }
            }
            return some
        }
        let own = selector.joined(separator: ",")
        let sets = object.id.kind == "Deployment" ? await some("ReplicaSet", of: "apps", labels: own) : []
        let pods = await some("Pod", of: "", labels: own)
        if let words = RolloutTrouble.words(pods: pods, replicaSets: sets, told: told, now: clocks.wall()) {
            return words
        }
        // Other controllers than that of Deployments tell in events alone that no Pod can be made.
        let events = await some("Event", of: "", fields: "involvedObject.uid=\(live.uid ?? "")")
        return RolloutTrouble.words(events: events)
    }
}

extension Desk {
    /// How an object does, where a watch says it or somebody looked just now.
    func health(of id: ObjectID, since moment: Moment) -> HealthReport? {
        state.withLock { state in
            guard let entry = state.entries[id], !entry.isInFlight else { return nil }
            let isFollowed = entry.feed.map { state.feeds[$0]?.isLive == true } ?? false
            // One with nothing to do was seen to be there while the unit was looked at.
            let limit = entry.isSteady ? moment.advanced(by: .seconds(-30)) : moment
            guard isFollowed && !entry.isDirty || (entry.seen.map { $0 >= limit } ?? false) else { return nil }
            return entry.health
        }
    }

    /// How a live object does that was read for that.
    func health(of live: Value, _ id: ObjectID, now: Time) -> HealthReport {
        let generation = state.withLock { $0.entries[id]?.record?.generation } ?? 0
        let report = ObjectHealth.report(of: live, appliedGeneration: generation, now: now)
        state.withLock { $0.entries[id]?.health = report }
        return report
    }

    /// Whether we changed it so lately that its status may be about what it was before.
    func isSettling(_ id: ObjectID, _ now: Moment, _ time: Duration) -> Bool {
        state.withLock { state in
            guard let entry = state.entries[id], entry.isSettling, let applied = entry.applied else { return false }
            return now.duration(since: applied) < time
        }
    }
}
