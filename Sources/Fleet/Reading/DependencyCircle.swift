// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Model

/// Applications that wait for themselves by way of each other.
struct DependencyCircle: Sendable, Hashable {
    /// All of them, ordered. Each waits for each of the others, and so for itself.
    var members: [ApplicationName]
    /// A shortest way from the first member back to it; the first is not repeated at its end.
    var way: [ApplicationName]

    /// Every circle of a graph, in the order of their first members. Names without an entry are passed over.
    static func all(in graph: [ApplicationName: [ApplicationName]]) -> [DependencyCircle] {
        let graph = NumberedGraph(graph)
        return graph.components().compactMap { component -> DependencyCircle? in
            let members = component.sorted()
            guard let first = members.first, members.count > 1 || graph.next[first].contains(first) else { return nil }
            let way = graph.way(from: first, within: Set(members))
            return DependencyCircle(members: members.map { graph.names[$0] }, way: way.map { graph.names[$0] })
        }.sorted { $0.members[0] < $1.members[0] }
    }
}

/// A graph whose nodes are numbers in the order of their names. All walks are loops: a chain of dependencies may be
/// longer than a stack is deep.
private struct NumberedGraph {
    let names: [ApplicationName]
    private(set) var next: [[Int]]
    private var previous: [[Int]]

    init(_ graph: [ApplicationName: [ApplicationName]]) {
        names = graph.keys.sorted()
        let numbers = Dictionary(uniqueKeysWithValues: zip(names, names.indices))
        next = names.map { name in Set(graph[name] ?? []).compactMap { numbers[$0] }.sorted() }
        previous = Array(repeating: [], count: names.count)
        for (node, targets) in next.enumerated() {
            for target in targets { previous[target].append(node) }
        }
    }

    /// The groups of nodes that reach each other (Kosaraju): what reaches a node backwards, taken in the reverse of the
    /// order in which a walk forwards was done with it.
    func components() -> [[Int]] {
        var isSeen = Array(repeating: false, count: names.count)
        let finished = names.indices.flatMap { walk(from: $0, along: next, &isSeen) }
        isSeen = Array(repeating: false, count: names.count)
        return finished.reversed().map { walk(from: $0, along: previous, &isSeen) }.filter { !$0.isEmpty }
    }

    /// Nodes that were not seen before, in the order in which a walk in depth is done with them.
    private func walk(from start: Int, along edges: [[Int]], _ isSeen: inout [Bool]) -> [Int] {
        guard !isSeen[start] else { return [] }
        isSeen[start] = true
        var done: [Int] = []
        var path = [(node: start, edge: 0)]
        while let (node, edge) = path.last {
            guard edge < edges[node].count else {
                path.removeLast()
                done.append(node)
                continue
            }
            path[path.count - 1].edge += 1
            let target = edges[node][edge]
            if !isSeen[target] {
                isSeen[target] = true
                path.append((target, 0))
            }
        }
        return done
    }

    /// A shortest way from a node back to it that stays within a component.
    func way(from start: Int, within component: Set<Int>) -> [Int] {
        var cameFrom: [Int: Int] = [:]
        var queue = [start]
        var head = 0
        while head < queue.count {
            let node = queue[head]
            head += 1
            for target in next[node] where component.contains(target) && cameFrom[target] == nil {
                cameFrom[target] = node
                if target == start {
                    var way = [node]
                    while let last = way.last, last != start, let before = cameFrom[last] { way.append(before) }
                    return way.reversed()
                }
                queue.append(target)
            }
        }
        return [start]
    }
}
