// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import KubernetesClient
import Manifest
import Model

/// Reads a tree as a project's account: what a unit applied one by one, what that owns by lists, level by level.
struct TreeReader: Sendable {
    /// A Deployment's Pods lie two levels down; what an operator runs, one or two more.
    private static let depth = 5
    /// More owners than this in one place are answered by one list of it.
    private static let fewSelectors = 8
    /// Lists at the same time.
    private static let width = 6

    let reach: Reach
    let width: Int
    let clocks: Clocks
    let budget: TreeBudget

    func read(_ inventory: Inventory) async -> ObjectTree {
        var growth = TreeGrowth()
        let applied = inventory.entries.sorted { left, right in
            let (first, second) = (OwnedKinds.of(left.key).isEmpty, OwnedKinds.of(right.key).isEmpty)
            return first == second ? left.key < right.key : !first
        }
        let roots = await Parallel.map(Array(applied.prefix(budget.limits.roots)), width: width) { entry in
            await root(entry.key, uid: entry.value.uid)
        }
        for root in roots { growth.add(root: root) }
        var remarks: [Text] = []
        if applied.count > roots.count {
            remarks.append("only \(roots.count) of \(applied.count) objects were looked at")
        }
        var level = roots.filter { !$0.uid.isEmpty }
        for _ in 0..<Self.depth where !level.isEmpty && budget.reason == nil {
            let (questions, unknown) = await questions(for: level)
            remarks += unknown
            level = []
            for answer in await Parallel.map(questions, width: Self.width, ask) {
                for one in answer.found { if let added = growth.add(one) { level.append(added) } }
                if let remark = answer.remark { remarks.append(remark) }
            }
        }
        if let reason = budget.reason { remarks.append("\(reason): what is shown is not all") }
        var said: Set<Text> = []
        return ObjectTree(items: growth.items, remarks: remarks.filter { said.insert($0).inserted })
    }

    /// An object that the unit applied. What has nothing to do is asked for its metadata alone, Secrets among them.
    private func root(_ id: ObjectID, uid: Text) async -> TreeGrowth.Found {
        var found = TreeGrowth.Found(node: ObjectTree.Node(object: id), uid: "")
        if let reason = budget.reason {
            found.node.health = HealthReport(.unknown, reason: "\(reason)")
            return found
        }
        let form: ObjectForm = ObjectHealth.isSteady(id) ? .metadata : .whole
        let answer = await inTime { () async -> Result<Value, KubernetesError> in
            do throws(KubernetesError) {
                return .success(try await reach.api.get(try await reach.address(of: id), form))
            } catch {
                return .failure(error)
            }
        }
        switch answer {
        case .success(let live) where live.uid != uid && !uid.isEmpty:
            found.node.health = HealthReport(
                .missing, reason: "another object has its name, which the unit did not make")
        case .success(let live): found = TreeGrowth.Found(live, id, now: clocks.wall())
        case .failure(let error) where error.code == .notFound:
            found.node.health = HealthReport(.missing, reason: "is not there")
        case .failure(let error): found.node.health = HealthReport(.unknown, reason: String(describing: error))
        case nil: found.node.health = HealthReport(.unknown, reason: budget.timeIsUp.string)
        }
        return found
    }

    private struct Question: Sendable {
        var query: Query
        var owners: Set<Text>

        var place: Text { Text("\(query.collection) \(query.labels)") }
    }

    /// What to list to find all that these own. What no server serves here is owned by nobody.
    private func questions(for level: [TreeGrowth.Found]) async -> (questions: [Question], remarks: [Text]) {
        let discovery: Discovery
        do throws(KubernetesError) {
            discovery = try await reach.shared.discovery(.cached)
        } catch {
            return ([], [Text("what lies beneath is not known: \(error)")])
        }
        var places: [Collection: [Text: Set<Text>]] = [:]
        var remarks: [Text] = []
        for one in level where !one.node.object.namespace.isEmpty {
            for kind in OwnedKinds.of(one.node.object) {
                guard let resource = discovery.preferred(group: kind.group, kind: kind.kind) else {
                    if !discovery.isComplete {
                        remarks.append("\(kind.kind) objects are not shown: a part of the API does not answer")
                    }
                    continue
                }
                let place = Collection(resource, namespace: one.node.object.namespace)
                places[place, default: [:]][one.selector, default: []].insert(one.uid)
            }
        }
        let questions = places.flatMap { place, selectors -> [Question] in
            guard selectors.count <= Self.fewSelectors, selectors[""] == nil else {
                return [Question(query: Query(place), owners: selectors.values.reduce(into: []) { $0.formUnion($1) })]
            }
            return selectors.map { Question(query: Query(place, labels: $0.key), owners: $0.value) }
        }
        return (questions.sorted { $0.place < $1.place }, remarks)
    }

    private struct Answer: Sendable {
        var found: [TreeGrowth.Found] = []
        var remark: Text?
    }

    private func ask(_ question: Question) async -> Answer {
        guard budget.reason == nil else { return Answer() }
        return await inTime {
            var answer = Answer()
            let resource = question.query.collection.resource
            do throws(KubernetesError) {
                _ = try await reach.api.list(question.query) { (live) async throws(KubernetesError) in
                    try budget.look(at: live)
                    let id = ObjectID(
                        group: resource.group, kind: resource.kind, namespace: live.objectNamespace ?? "",
                        name: live.objectName ?? "")
                    let one = TreeGrowth.Found(live, id, now: clocks.wall())
                    guard one.owners.contains(where: question.owners.contains) else { return }
                    try budget.add()
                    answer.found.append(one)
                }
            } catch {
                if budget.reason == nil { answer.remark = Text("\(resource.kind) objects are not shown: \(error)") }
            }
            return answer
        } ?? Answer()
    }

    /// `nil` when the time was up first.
    private func inTime<Result: Sendable>(_ body: @escaping @Sendable () async -> Result) async -> Result? {
        await withTaskGroup(of: Result?.self) { [clocks, budget] group in
            group.addTask { await body() }
            group.addTask {
                try? await clocks.sleep(budget.deadline)
                return nil
            }
            defer { group.cancelAll() }
            return await group.next() ?? nil
        }
    }
}
