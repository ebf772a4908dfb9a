// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// Which item of a live list stands for which declared one.
struct ListMatching {
    private let keys: [Text]?
    /// By index of the declared item.
    private(set) var liveIndex: [Int: Int] = [:]
    /// Live items that stand for none.
    private(set) var additions: [Int] = []

    /// `nil` for a list that is one value and has no items to match.
    ///
    /// - Parameter owned: how the server names the items that are ours, which tells their keys.
    init?(_ desired: [Value], _ live: [Value], owned: FieldSet?, list: Text) {
        let elements = owned.map { Array($0.children.keys) } ?? []
        if owned?.isWhole == true { return nil }
        if elements.contains(where: { if case .value = $0 { true } else { false } }) {
            keys = nil
        } else if let known = elements.lazy.compactMap(Self.keys).first ?? ListKeys.keys(of: list, in: desired),
            desired.allSatisfy({ item in known.allSatisfy { item[$0] != nil } })
        {
            keys = known
        } else if list == "finalizers" {
            keys = nil
        } else {
            return nil
        }
        var free = Array(live.indices)
        for (index, item) in desired.enumerated() {
            let wanted = element(of: item)
            guard let position = free.firstIndex(where: { element(of: live[$0]) == wanted }) else { continue }
            liveIndex[index] = free.remove(at: position)
        }
        additions = free
    }

    /// How the server names an item.
    func element(of item: Value) -> FieldSet.Element {
        guard let keys else { return .value(item) }
        return .item(.object(Object(uniquePairs: keys.compactMap { key in item[key].map { (key, $0) } })))
    }

    private static func keys(of element: FieldSet.Element) -> [Text]? {
        if case .item(let keys) = element { keys.objectValue?.keys } else { nil }
    }
}
