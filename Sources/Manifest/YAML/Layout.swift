// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

/// Where the keys and values of one document stand in its text: one record for each value, in the order of the text.
struct Layout: Sendable {
    enum Kind: Sendable, Equatable {
        case scalar
        case container
        /// Stands for a node that comes earlier; `nil` when that is a key.
        case alias(Int32?)
        /// The value of a `<<`, from which that many pairs were taken.
        case merge(Int32)
    }

    struct Node: Sendable {
        /// Byte offsets; both ends are -1 for an item of a list and for the root.
        var keyStart: Int32
        var keyEnd: Int32
        var start: Int32
        var end: Int32
        /// The record behind this one and all that it holds.
        var next: Int32
        var kind: Kind

        var span: Range<Int> { Int(start)..<Int(max(start, end)) }
        var keySpan: Range<Int>? { keyStart < 0 ? nil : Int(keyStart)..<Int(max(keyStart, keyEnd)) }
    }

    /// What a path leads to.
    struct Place {
        var node: Node
        /// The value stands there itself, rather than behind an alias or a merge.
        var isOwn: Bool
    }

    let nodes: [Node]
    let comments: [YAML.Comment]
    let lines: LineTable
    /// Bytes before the text that offsets do not count.
    let markLength: Int

    func place(of path: FieldPath, in root: Value) -> Place? {
        guard !nodes.isEmpty else { return nil }
        var index = 0
        var value = root
        var isOwn = true
        for step in path.steps {
            if case .alias(let target) = nodes[index].kind {
                guard let target else { return nil }
                index = Int(target)
                isOwn = false
            }
            let position: Int
            switch (step, value) {
            case (.key(let key), .object(let object)):
                guard let found = object.pairs.firstIndex(where: { $0.key == key }) else { return nil }
                position = found
                value = object.pairs[found].value
            case (.index(let wanted), .array(let items)):
                guard items.indices.contains(wanted) else { return nil }
                position = wanted
                value = items[wanted]
            default:
                return nil
            }
            guard let child = self.child(position, of: index) else { return nil }
            index = child
            if case .merge = nodes[child].kind { return Place(node: nodes[child], isOwn: false) }
        }
        return Place(node: nodes[index], isOwn: isOwn)
    }

    /// The record of a container's value by its position, merged pairs counted; that of the `<<` for a merged pair.
    private func child(_ position: Int, of parent: Int) -> Int? {
        var passed = 0
        var index = parent + 1
        while index < Int(nodes[parent].next), index < nodes.count {
            if case .merge(let count) = nodes[index].kind { passed += Int(count) } else { passed += 1 }
            if position < passed { return index }
            index = Int(nodes[index].next)
        }
        return nil
    }

    func position(of offset: Int) -> Position {
        var position = lines.position(of: offset)
        position.offset += markLength
        return position
    }

    func shifted(_ span: Range<Int>) -> Range<Int> {
        span.lowerBound + markLength..<span.upperBound + markLength
    }
}
