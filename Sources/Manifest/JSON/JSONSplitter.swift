// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

/// Splits JSON that arrives in pieces into the objects within it, so that one of them is held at a time, however many
/// there are.
///
/// It knows strings and brackets only; each object is then read by ``JSON``, and so is what surrounds them, so what it
/// accepts is what a reader of the whole would accept, in either layout.
///
/// ```swift
/// for try await bytes in body {
///     splitter.feed(bytes)
///     while let object = try splitter.next() { … }
/// }
/// let rest = try splitter.finish()
/// ```
package struct JSONSplitter: Sendable {
    package enum Layout: Sendable, Hashable {
        /// One map, whose list `items` holds the objects.
        case list
        /// Objects one after the other, as in a watch.
        case sequence
    }

    /// What is spent before the input is refused.
    package struct Limits: Sendable, Hashable {
        /// Bytes of one object.
        package var object: Int
        /// Bytes of what surrounds the objects of a list.
        package var envelope: Int

        package init(object: Int = 32 << 20, envelope: Int = 1 << 20) {
            self.object = object
            self.envelope = envelope
        }
    }

    private enum Place {
        case envelope
        case between(Separation)
        case object
    }

    private enum Separation {
        case first, afterObject, afterComma
    }

    private let layout: Layout
    private let limits: Limits
    private var chunk: [UInt8] = []
    private var cursor = 0
    private var place: Place

    /// The part of the present object that came in former chunks, and where it begins in this one.
    private var held: [UInt8] = []
    private var start = 0
    private var brackets = BracketScanner()

    private var envelope: [UInt8] = []
    private var keys = KeyScanner()

    package init(_ layout: Layout, limits: Limits = Limits()) {
        self.layout = layout
        self.limits = limits
        place = layout == .list ? .envelope : .between(.first)
    }

    /// Hands over the next bytes; ``next()`` must have returned `nil` for those before.
    package mutating func feed(_ bytes: [UInt8]) {
        chunk = bytes
        cursor = 0
        start = 0
    }

    /// The next object that is complete; `nil` when more bytes are needed.
    package mutating func next() throws(ReadingError) -> Value? {
        while cursor < chunk.count {
            switch place {
            case .envelope: try scanEnvelope()
            case .between(let separation): try scanSeparator(separation)
            case .object:
                if brackets.scan(chunk, from: &cursor) { return try takeObject() }
            }
        }
        if case .object = place {
            guard held.count + chunk.count - start <= limits.object else { throw tooLarge }
            held.append(contentsOf: chunk[start...])
        }
        chunk = []
        cursor = 0
        start = 0
        return nil
    }

    /// What surrounds the objects of a list, with an empty list in their place; `null` for a sequence.
    ///
    /// - Throws: when the input ends early.
    package consuming func finish() throws(ReadingError) -> Value {
        switch (layout, place) {
        case (.sequence, .between): return .null
        case (.list, .envelope): break
        case (_, .object), (_, .between): throw ReadingError(reason: "the text ends within an object or a list")
        case (.sequence, .envelope): return .null
        }
        let budget = Budget(bytes: limits.envelope, depth: 64, nodes: 100_000, documents: 1)
        let value = try JSON.read(envelope, budget: budget)
        if let items = value["items"]?.arrayValue, !items.isEmpty {
            throw ReadingError(reason: "the list writes its key \"items\" in an unusual way")
        }
        return value
    }

    private mutating func scanEnvelope() throws(ReadingError) {
        let begin = cursor
        while cursor < chunk.count {
            let byte = chunk[cursor]
            cursor += 1
            if keys.beginsItems(byte) {
                place = .between(.first)
                break
            }
        }
        guard envelope.count + cursor - begin <= limits.envelope else {
            throw ReadingError(reason: "more than \(limits.envelope) bytes surround the list")
        }
        envelope.append(contentsOf: chunk[begin..<cursor])
    }

    private mutating func scanSeparator(_ separation: Separation) throws(ReadingError) {
        let byte = chunk[cursor]
        switch (byte, layout, separation) {
        case (0x20, _, _), (0x09, _, _), (0x0A, _, _), (0x0D, _, _): cursor += 1
        case (UInt8(ascii: "{"), .sequence, _), (UInt8(ascii: "{"), .list, .first),
            (UInt8(ascii: "{"), .list, .afterComma):
            start = cursor
            held.removeAll(keepingCapacity: held.capacity <= 1 << 20)
            brackets = BracketScanner()
            place = .object
        case (UInt8(ascii: ","), .list, .afterObject):
            cursor += 1
            place = .between(.afterComma)
        case (UInt8(ascii: "]"), .list, .first), (UInt8(ascii: "]"), .list, .afterObject):
            // The envelope goes on with this bracket.
            place = .envelope
        default:
            throw ReadingError(reason: "something that is no object stands between objects")
        }
    }

    private mutating func takeObject() throws(ReadingError) -> Value {
        place = .between(.afterObject)
        let size = held.count + cursor - start
        guard size <= limits.object else { throw tooLarge }
        let budget = Budget(bytes: limits.object, depth: 128, nodes: 2_000_000, documents: 1)
        if held.isEmpty {
            let range = start..<cursor
            let read = chunk.withUnsafeBytes { bytes -> Result<Value, ReadingError> in
                Result { () throws(ReadingError) in
                    try JSON.read(UnsafeRawBufferPointer(rebasing: bytes[range]), budget: budget)
                }
            }
            return try read.get()
        }
        held.append(contentsOf: chunk[start..<cursor])
        return try JSON.read(held, budget: budget)
    }

    private var tooLarge: ReadingError { ReadingError(reason: "an object of more than \(limits.object) bytes") }
}
