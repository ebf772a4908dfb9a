// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
package import Model

/// Contents that were rendered lately, within a budget: two generations, of which the older one is dropped when the
/// younger one is full. The only place for content that holds decrypted values.
package struct RenderMemory: Sendable {
    private var young: [ContentKey: (objects: [DesiredObject], cost: Int)] = [:]
    private var old: [ContentKey: (objects: [DesiredObject], cost: Int)] = [:]
    private var cost = 0
    private let limit: Int

    /// - Parameter budget: in bytes, as far as they can be told; what is held is at most that.
    package init(budget: Int) { limit = budget / 2 }

    package mutating func objects(of key: ContentKey) -> [DesiredObject]? {
        if let found = young[key] { return found.objects }
        guard let found = old.removeValue(forKey: key) else { return nil }
        insert(found.objects, as: key, cost: found.cost)
        return found.objects
    }

    package mutating func keep(_ objects: [DesiredObject], as key: ContentKey) {
        guard young[key] == nil else { return }
        insert(objects, as: key, cost: objects.reduce(256) { $0 + 256 + $1.manifest.weight })
    }

    package mutating func forget() {
        young = [:]
        old = [:]
        cost = 0
    }

    private mutating func insert(_ objects: [DesiredObject], as key: ContentKey, cost added: Int) {
        guard added <= limit else { return }
        if cost + added > limit {
            old = young
            young = [:]
            cost = 0
        }
        young[key] = (objects, added)
        cost += added
    }
}

extension Value {
    /// About what it takes in memory, in bytes.
    fileprivate var weight: Int {
        switch self {
        case .null, .bool: 32
        case .number: 48
        case .string(let text): 48 + text.utf8.count
        case .secret: 128
        case .array(let items): items.reduce(48) { $0 + $1.weight }
        case .object(let object): object.pairs.reduce(48) { $0 + 32 + $1.key.utf8.count + $1.value.weight }
        }
    }
}
