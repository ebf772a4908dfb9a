// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Engine
import KubernetesClient
import Manifest
import Model
import Synchronization

/// Reads live objects: few by their names, many of one kind and namespace by one list, each reduced as it arrives.
struct LiveReader: Sendable {
    enum Answer<Look: Sendable>: Sendable {
        case found(Look)
        case absent
        case failed(KubernetesError)
    }

    /// So many of one kind and namespace are listed.
    static let many = 16
    /// A list that held so many times more than was wanted costs more than reading these one by one.
    static let excess = 20

    let reach: Reach
    let width: Int
    let populations: Populations

    /// Answers in the order of the objects.
    func read<Look: Sendable>(
        _ objects: [DesiredObject], _ look: @escaping @Sendable (DesiredObject, ObjectAddress, Value) -> Look
    ) async -> [Answer<Look>] {
        var answers: [ObjectID: Answer<Look>] = [:]
        var addresses: [ObjectID: ObjectAddress] = [:]
        var groups: [Collection: [DesiredObject]] = [:]
        for object in objects {
            do throws(KubernetesError) {
                let address = try await reach.address(of: object)
                addresses[object.id] = address
                groups[address.collection, default: []].append(object)
            } catch {
                answers[object.id] = .failed(error)
            }
        }
        for (collection, members) in groups
        where members.count >= Self.many && populations.count(of: collection) <= members.count * Self.excess {
            answers.merge(await list(collection, members, look)) { $1 }
        }
        let rest = objects.filter { answers[$0.id] == nil }
        let single = await Parallel.map(rest, width: width) { [addresses] object -> Answer<Look> in
            guard let address = addresses[object.id] else { return .absent }
            do throws(KubernetesError) {
                return .found(look(object, address, try await reach.api.get(address)))
            } catch {
                return error.code == .notFound ? .absent : .failed(error)
            }
        }
        for (object, answer) in zip(rest, single) { answers[object.id] = answer }
        return objects.map { answers[$0.id] ?? .absent }
    }

    /// Those that carry the fleet's label. Whatever is not among them is read by its name: it may have lost the label.
    private func list<Look: Sendable>(
        _ collection: Collection, _ objects: [DesiredObject],
        _ look: @Sendable (DesiredObject, ObjectAddress, Value) -> Look
    ) async -> [ObjectID: Answer<Look>] {
        let byName = Dictionary(objects.map { ($0.id.name, $0) }, uniquingKeysWith: { first, _ in first })
        var found: [ObjectID: Answer<Look>] = [:]
        var count = 0
        let query = Query(collection, labels: "\(Claim.fleet)=\(reach.unit.unit.fleet)")
        do throws(KubernetesError) {
            _ = try await reach.api.list(query) { (live) async throws(KubernetesError) in
                count += 1
                guard let name = live.objectName, let object = byName[name] else { return }
                let address = ObjectAddress(
                    collection.resource, namespace: collection.namespace ?? "", name: object.id.name)
                found[object.id] = .found(look(object, address, live))
            }
        } catch {
            // Each by its name, then: its own error will say what is wrong.
            return [:]
        }
        populations.note(count, in: collection)
        return found
    }
}

/// How many of the fleet's objects lists have last held.
final class Populations: Sendable {
    private let counts = Mutex<[Collection: Int]>([:])

    /// 0 for what was never listed.
    func count(of collection: Collection) -> Int { counts.withLock { $0[collection] ?? 0 } }

    func note(_ count: Int, in collection: Collection) { counts.withLock { $0[collection] = count } }
}
