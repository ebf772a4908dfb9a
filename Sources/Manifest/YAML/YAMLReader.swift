// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import CLibYAML
import Foundation

/// One pass over the events of a YAML stream.
struct YAMLReader: ~Copyable {
    private struct Frame {
        var isMap: Bool
        var expectsKey: Bool
        var anchor: String?
        /// Nodes of the document before this one.
        var nodesBefore: Int
        var isMerging = false
    }

    private struct Anchored {
        var value: Value
        var nodes: Int
    }

    private var events: YAMLEvents
    private let budget: Budget
    private var builder = ValueBuilder()
    private var frames: [Frame] = []
    private var anchors: [String: Anchored] = [:]
    private var nodes = 0
    /// Whether the root is a scalar that is not there at all.
    private var isEmpty = false

    init(_ bytes: UnsafeRawBufferPointer, budget: Budget) throws(ReadingFailure) {
        guard bytes.count <= budget.bytes else {
            throw ReadingFailure(at: budget.bytes, "more than \(budget.bytes) bytes")
        }
        let isASCII: Bool
        switch UTF8Check(bytes) {
        case .ascii: isASCII = true
        case .utf8: isASCII = false
        case .invalid(let offset): throw ReadingFailure(at: offset, "invalid UTF-8")
        }
        events = try YAMLEvents(bytes, isASCII: isASCII)
        self.budget = budget
    }

    /// The documents that have content, with their numbers in the stream.
    mutating func read() throws(ReadingFailure) -> [(Int, Value)] {
        var documents: [(Int, Value)] = []
        var count = 0
        while true {
            switch try events.advance() {
            case YAML_STREAM_END_EVENT: return documents
            case YAML_DOCUMENT_START_EVENT:
                count += 1
                guard count <= budget.documents else {
                    throw ReadingFailure(at: events.start, "more than \(budget.documents) documents")
                }
                anchors = [:]
                isEmpty = false
            case YAML_DOCUMENT_END_EVENT:
                if let value = builder.takeRoot(), !isEmpty { documents.append((count - 1, value)) }
            case YAML_SCALAR_EVENT: try readScalar()
            case YAML_ALIAS_EVENT: try readAlias()
            case YAML_SEQUENCE_START_EVENT: try open(isMap: false, anchor: events.sequenceAnchor)
            case YAML_MAPPING_START_EVENT: try open(isMap: true, anchor: events.mappingAnchor)
            case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT: try close()
            default: break
            }
        }
    }

    private mutating func spend(_ count: Int) throws(ReadingFailure) {
        let (sum, overflow) = nodes.addingReportingOverflow(count)
        guard !overflow, sum <= budget.nodes else {
            throw ReadingFailure(
                at: events.start, "more than \(budget.nodes) values, aliases expanded",
                advice: "is this an alias bomb?")
        }
        nodes = sum
    }

    private var expectsKey: Bool { frames.last.map { $0.isMap && $0.expectsKey } ?? false }

    private mutating func expectNext() {
        if let last = frames.indices.last, frames[last].isMap { frames[last].expectsKey.toggle() }
    }

    private mutating func add(_ value: Value) {
        builder.add(value)
        expectNext()
    }

    private mutating func open(isMap: Bool, anchor: String?) throws(ReadingFailure) {
        guard !expectsKey else {
            throw ReadingFailure(
                at: events.start, "\(isMap ? "a map" : "a list") cannot be a key",
                advice: "an unrendered template such as {{ … }} must be quoted")
        }
        guard frames.count < budget.depth else {
            throw ReadingFailure(at: events.start, "nested more than \(budget.depth) levels deep")
        }
        let before = nodes
        try spend(1)
        frames.append(Frame(isMap: isMap, expectsKey: isMap, anchor: anchor, nodesBefore: before))
        if isMap { builder.openMap() } else { builder.openList() }
    }

    private mutating func close() throws(ReadingFailure) {
        guard let frame = frames.popLast() else { return }
        let value: Value
        if frame.isMap {
            var pairs = builder.takeMap()
            if frame.isMerging { pairs = try merge(pairs) }
            value = .object(Object(uniquePairs: pairs))
        } else {
            value = .array(builder.takeList())
        }
        if let anchor = frame.anchor { anchors[anchor] = Anchored(value: value, nodes: nodes - frame.nodesBefore) }
        add(value)
    }

    private mutating func readAlias() throws(ReadingFailure) {
        let name = events.aliasAnchor ?? ""
        guard let anchored = anchors[name] else {
            throw ReadingFailure(
                at: events.start, "unknown anchor \(Text(name).quoted)",
                advice: "an alias names an anchor that ends before it, in the same document")
        }
        guard !expectsKey else { throw ReadingFailure(at: events.start, "an alias cannot be a key") }
        try spend(anchored.nodes)
        add(anchored.value)
    }

    private mutating func readScalar() throws(ReadingFailure) {
        try spend(1)
        let start = events.start
        let isPlain = events.isPlain
        if expectsKey, isPlain, events.scalarTag == nil, events.scalar.elementsEqual("<<".utf8),
            let last = frames.indices.last
        {
            frames[last].isMerging = true
            try addKey("<<", at: start)
            return
        }
        let value = try resolve(at: start)
        if let anchor = events.scalarAnchor { anchors[anchor] = Anchored(value: value, nodes: 1) }
        if expectsKey {
            try addKey(try key(value, at: start), at: start)
        } else {
            if frames.isEmpty { isEmpty = isPlain && events.scalar.isEmpty }
            add(value)
        }
    }

    private mutating func addKey(_ key: Text, at offset: Int) throws(ReadingFailure) {
        guard builder.key(key) else { throw ReadingFailure(at: offset, "duplicate key \(key.quoted)") }
        expectNext()
    }

    /// Keys that are no strings become strings, as kubectl has it.
    private func key(_ value: Value, at offset: Int) throws(ReadingFailure) -> Text {
        switch value {
        case .string(let text): text
        case .bool(let bool): bool ? "true" : "false"
        case .number(let number): Text(number.lexeme)
        default: throw ReadingFailure(at: offset, "a key that is null", advice: "quote it if it is meant")
        }
    }

    private func resolve(at offset: Int) throws(ReadingFailure) -> Value {
        let scalar = events.scalar
        let tag = events.scalarTag ?? (events.isPlain ? nil : "!")
        switch tag {
        case nil: return try plain(scalar, at: offset)
        case "!", "tag:yaml.org,2002:str": return .string(Text(String(decoding: scalar, as: UTF8.self)))
        case "tag:yaml.org,2002:binary": return try binary(scalar, at: offset)
        case "tag:yaml.org,2002:int", "tag:yaml.org,2002:float", "tag:yaml.org,2002:bool", "tag:yaml.org,2002:null":
            let value = try plain(scalar, at: offset)
            let fits =
                switch (tag?.split(separator: ":").last, value) {
                case ("int", .number(.signed)), ("int", .number(.unsigned)), ("float", .number), ("bool", .bool),
                    ("null", .null):
                    true
                default: false
                }
            guard fits else { throw ReadingFailure(at: offset, "the value is not what its tag says") }
            return value
        case .some(let tag): throw ReadingFailure(at: offset, "unknown tag \(Text(tag).quoted)")
        }
    }

    private func plain(_ scalar: UnsafeBufferPointer<UInt8>, at offset: Int) throws(ReadingFailure) -> Value {
        do throws(YAMLScalar.Unspeakable) {
            return try YAMLScalar.resolve(scalar)
        } catch {
            throw ReadingFailure(
                at: offset, "a number that is infinite or none", advice: "JSON has no such number; quote it")
        }
    }

    private func binary(_ scalar: UnsafeBufferPointer<UInt8>, at offset: Int) throws(ReadingFailure) -> Value {
        guard let data = Data(base64Encoded: Data(scalar), options: .ignoreUnknownCharacters),
            let text = Text(utf8: data)
        else { throw ReadingFailure(at: offset, "!!binary that is no base64 of UTF-8 text") }
        return .string(text)
    }

    /// `<<: *base` or `<<: [*a, *b]`: keys that the map does not have itself, the earlier of several maps first.
    private func merge(_ pairs: [Object.Pair]) throws(ReadingFailure) -> [Object.Pair] {
        var own = pairs.filter { $0.key != "<<" }
        var keys = Set(own.map(\.key))
        for pair in pairs where pair.key == "<<" {
            let sources = pair.value.arrayValue ?? [pair.value]
            for source in sources {
                guard let object = source.objectValue else {
                    throw ReadingFailure(at: 0, "<< wants a map or a list of maps")
                }
                for inherited in object.pairs where keys.insert(inherited.key).inserted { own.append(inherited) }
            }
        }
        return own
    }
}
