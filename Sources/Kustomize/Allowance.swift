// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// What a build may still spend: its time as steps, and what it puts into objects beyond what it has read.
///
/// A few lines can copy a value onto itself again and again, so what is copied is measured as it will be written,
/// whatever it shares in memory.
struct Allowance: Sendable {
    /// Visits of fields, and what takes about as long.
    private(set) var steps: Int
    private var nodes: Int
    private var bytes: Int
    /// Maps and lists within one another, in an object.
    let depth: Int
    private var isTooDeep = false

    init(steps: Int, _ result: Budget) {
        self.steps = steps
        nodes = result.nodes
        bytes = result.bytes
        depth = result.depth
    }

    /// Takes steps.
    ///
    /// - Returns: whether the build may go on: it may not when it has none left, and when nobody waits for it any more.
    @inline(__always)
    mutating func take(_ amount: Int = 1) -> Bool {
        let before = steps
        steps = before &- amount
        if steps < 0 { return false }
        return before >> 12 == steps >> 12 || !Task.isCancelled
    }

    /// Takes the room for a value.
    ///
    /// - Parameters:
    ///   - outer: how many maps and lists it lies in.
    ///   - times: how often it is put somewhere.
    /// - Returns: whether it may be put there.
    mutating func put(_ value: Value, below outer: Int, times: Int = 1) -> Bool {
        measure(value, depth - outer, times) && take()
    }

    /// Takes the room for a text.
    mutating func put(bytes count: Int) -> Bool {
        bytes -= count
        return bytes >= 0
    }

    private mutating func measure(_ value: Value, _ levels: Int, _ times: Int) -> Bool {
        nodes -= times
        steps &-= 1
        switch value {
        case .string(let text): bytes -= times * text.utf8.count
        case .array(let items):
            guard levels > 0 else {
                isTooDeep = true
                return false
            }
            for item in items where !measure(item, levels - 1, times) { return false }
        case .object(let object):
            guard levels > 0 else {
                isTooDeep = true
                return false
            }
            for (key, item) in object.pairs {
                bytes -= times * key.utf8.count
                if !measure(item, levels - 1, times) { return false }
            }
        case .null, .bool, .number, .secret: break
        }
        return nodes >= 0 && bytes >= 0
    }

    /// Why the build may not go on.
    var refusal: String {
        if isTooDeep { return "maps and lists would be nested deeper than \(depth) levels" }
        if nodes < 0 || bytes < 0 { return "what this build comes to is too large" }
        return "this build takes too long"
    }
}

extension Build {
    /// Takes steps for something that goes through all objects.
    mutating func take(_ steps: Int, at place: Place) throws(KustomizeError) {
        guard context.allowance.take(steps) else {
            throw KustomizeError(place, context.allowance.refusal, code: .tooMuch)
        }
    }
}
