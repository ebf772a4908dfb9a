// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

/// Runs a pattern's program over a text, all ways at once (Thompson's construction).
struct PatternMatcher {
    let program: [Pattern.Instruction]
    let isAnchored: Bool

    func matches(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        var current = States(count: program.count)
        var following = States(count: program.count)
        for position in 0...text.count {
            if position == 0 || !isAnchored { add(0, to: &current, at: position, in: text) }
            if current.holdsMatch, !isAnchored || position == text.count { return true }
            guard position < text.count else { return false }
            if current.list.isEmpty, isAnchored { return false }
            let byte = text[position]
            for state in current.list {
                switch program[state] {
                case .byte(let wanted) where wanted == byte:
                    add(state + 1, to: &following, at: position + 1, in: text)
                case .any where byte != 10: add(state + 1, to: &following, at: position + 1, in: text)
                case .set(let set) where set.contains(byte): add(state + 1, to: &following, at: position + 1, in: text)
                default: break
                }
            }
            swap(&current, &following)
            following.clear()
        }
        return false
    }

    /// Adds a state and all that can be reached from it without a byte.
    private func add(_ state: Int, to states: inout States, at position: Int, in text: UnsafeBufferPointer<UInt8>) {
        var pending = [state]
        while let state = pending.popLast() {
            guard states.insert(state) else { continue }
            switch program[state] {
            case .jump(let target): pending.append(target)
            case .split(let a, let b):
                pending.append(b)
                pending.append(a)
            case .start: if position == 0 { pending.append(state + 1) }
            case .end: if position == text.count { pending.append(state + 1) }
            case .wordBoundary(let wanted):
                let before = position > 0 && ByteSet.word.contains(text[position - 1])
                let after = position < text.count && ByteSet.word.contains(text[position])
                if (before != after) == wanted { pending.append(state + 1) }
            case .match: states.holdsMatch = true
            case .byte, .any, .set: break
            }
        }
    }

    private struct States {
        private(set) var list: [Int] = []
        private var isIn: [Bool]
        var holdsMatch = false

        init(count: Int) { isIn = Array(repeating: false, count: count) }

        mutating func insert(_ state: Int) -> Bool {
            if isIn[state] { return false }
            isIn[state] = true
            list.append(state)
            return true
        }

        mutating func clear() {
            for state in list { isIn[state] = false }
            list.removeAll(keepingCapacity: true)
            holdsMatch = false
        }
    }
}
