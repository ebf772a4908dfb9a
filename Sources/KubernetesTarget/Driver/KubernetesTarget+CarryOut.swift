// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Engine
import KubernetesClient
import Manifest
package import Model

extension KubernetesTarget {
    /// In the customary order of kinds, those of one step at the same time; then what is deleted, the other way. What
    /// the server refuses does not stop the rest.
    package func carryOut(_ order: WaveOrder, of unit: UnitContext) async throws(TargetError) -> [Outcome] {
        guard !order.items.isEmpty else { return [] }
        let reach = try reach(for: unit)
        let records = try await loadRecords(of: unit)
        let applier = Applier(target: self, reach: reach, context: order.context)
        var answers: [ObjectID: ObjectAnswer] = [:]
        for step in Self.steps(order.items) {
            // As they are once what is declared is written.
            let isLeaving = step.contains { $0.change.action == .orphan || $0.change.action == .delete }
            let declared = isLeaving ? desk.uids(of: order.context.lazy.map(\.id)) : []
            let remover = Remover(target: self, reach: reach, declared: declared)
            let results = await Parallel.map(step, width: width) { item -> ObjectAnswer in
                let record = records[item.change.object]
                switch item.change.action {
                case .create, .update: return await applier.apply(item, record)
                case .delete: return await remover.remove(item.change)
                case .orphan: return await remover.release(item.change)
                case .keep: return ObjectAnswer(.unchanged, uid: item.change.uid)
                }
            }
            for (item, answer) in zip(step, results) { answers[item.change.object] = answer }
            CrashPoint.reached("kubernetes-after-step")
            try await storeOwedInventory(of: reach)
        }
        try await save(answers.compactMapValues(\.record), of: unit)
        return order.items.map { item in
            let answer = answers[item.change.object] ?? ObjectAnswer(.failed(reason: "was not tried"))
            return Outcome(
                object: item.change.object, uid: answer.uid.isEmpty ? item.change.uid : answer.uid,
                action: item.change.action, result: answer.result)
        }
    }

    private static func steps(_ items: [WaveOrder.Item]) -> [[WaveOrder.Item]] {
        var writes: [Int: [WaveOrder.Item]] = [:]
        var deletions: [Int: [WaveOrder.Item]] = [:]
        for item in items {
            let step = ApplyOrder.step(of: item.change.object)
            switch item.change.action {
            case .create, .update, .keep: writes[step, default: []].append(item)
            case .delete, .orphan: deletions[step, default: []].append(item)
            }
        }
        return writes.sorted { $0.key < $1.key }.map(\.value) + deletions.sorted { $0.key > $1.key }.map(\.value)
    }
}

/// What came of one object.
struct ObjectAnswer: Sendable {
    var result: Outcome.Result
    var uid: Text
    /// What to remember; `.some(nil)` to forget.
    var record: ObjectRecord??

    init(_ result: Outcome.Result, uid: Text = "", record: ObjectRecord?? = nil) {
        self.result = result
        self.uid = uid
        self.record = record
    }

    static func failed(_ error: KubernetesError) -> ObjectAnswer {
        ObjectAnswer(.failed(reason: Text(String(describing: error))))
    }
}
