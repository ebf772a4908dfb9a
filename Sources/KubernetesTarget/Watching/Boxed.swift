// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

/// A value that takes the room of a reference, where it is and where it is not.
final class Boxed<Content: Sendable>: Sendable {
    let content: Content

    init(_ content: Content) { self.content = content }
}

/// Values that many hold, each once, for as long as somebody does.
struct Shared<Content: Sendable & Hashable>: Sendable {
    private var boxes: [Content: (box: Boxed<Content>, holders: Int)] = [:]

    mutating func take(_ content: Content) -> Boxed<Content> {
        let known = boxes[content] ?? (Boxed(content), 0)
        boxes[content] = (known.box, known.holders + 1)
        return known.box
    }

    /// What ``take(_:)`` gave is not held any more by one who took it.
    mutating func release(_ content: Content) {
        guard let known = boxes[content] else { return }
        boxes[content] = known.holders > 1 ? (known.box, known.holders - 1) : nil
    }
}
