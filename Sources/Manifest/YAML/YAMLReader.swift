// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import CLibYAML

/// Folds libyaml's events into values.
///
/// Aliases share the value of their anchor, so that memory stays within the text's size; what they would come to when
/// written out counts against the budget.
struct YAMLReader: ~Copyable {
    /// An open container.
    struct Frame {
        let isMap: Bool
        var expectsKey: Bool
        /// Levels of nesting below this container.
        var height = 0
    }

    let bytes: UnsafeRawBufferPointer
    let file: Text
    let budget: Budget
    let keys: YAML.Keys
    let scalars: YAML.Scalars
    let duplicates: YAML.Duplicates
    var events: YAMLEvents
    var offsets: CharacterOffsets
    var builder = ValueBuilder()
    var frames: [Frame] = []
    /// Values so far, and bytes of their texts, aliases expanded.
    var size = ExpandedSize()
    var anchors: [Text: Anchor] = [:]
    var openAnchors: [OpenAnchor] = []
    var merges: [Merge] = []
    var recorder: LayoutRecorder?
    /// Texts of this document that stand in quotes without need, when scalars are taken verbatim.
    var quoted: Set<Text> = []
    private var documents: [YAML.Document] = []
    private(set) var documentsBegun = 0
    private var isEmptyDocument = true

    /// - Parameter markLength: the bytes that were left out before `bytes`.
    init(
        _ bytes: UnsafeRawBufferPointer, isASCII: Bool, file: Text, budget: Budget, tracking: YAML.Tracking,
        keys: YAML.Keys, scalars: YAML.Scalars, duplicates: YAML.Duplicates, markLength: Int
    ) {
        self.bytes = bytes
        self.file = file
        self.budget = budget
        self.keys = keys
        self.scalars = scalars
        self.duplicates = duplicates
        events = YAMLEvents(bytes)
        offsets = CharacterOffsets(bytes, isASCII: isASCII)
        if tracking != .nothing {
            recorder = LayoutRecorder(bytes, isASCII: isASCII, tracking: tracking, markLength: markLength)
        }
    }

    mutating func read() throws(ReadingFailure) -> [YAML.Document] {
        while true {
            guard events.next() else { throw events.problem.failure(in: bytes, offsets: &offsets) }
            switch events.type {
            case YAML_SCALAR_EVENT: try readScalar()
            case YAML_ALIAS_EVENT: try readAlias()
            case YAML_MAPPING_START_EVENT, YAML_SEQUENCE_START_EVENT: try open()
            case YAML_MAPPING_END_EVENT, YAML_SEQUENCE_END_EVENT: try close()
            case YAML_DOCUMENT_START_EVENT: try beginDocument()
            case YAML_DOCUMENT_END_EVENT: endDocument()
            case YAML_STREAM_END_EVENT: return documents
            default: break
            }
        }
    }

    /// Where the current event begins.
    mutating func eventOffset() -> Int { offsets.byteOffset(of: events.start) }

    private mutating func beginDocument() throws(ReadingFailure) {
        documentsBegun += 1
        guard documentsBegun <= budget.documents else {
            throw ReadingFailure(at: eventOffset(), "more than \(budget.documents) documents")
        }
        // An alias never reaches into an earlier document.
        if !anchors.isEmpty { anchors.removeAll() }
        if !quoted.isEmpty { quoted.removeAll() }
        isEmptyDocument = false
    }

    private mutating func endDocument() {
        let end = events.end
        let layout = recorder?.takeLayout(endingAt: end)
        guard let value = builder.takeRoot(), !isEmptyDocument else { return }
        documents.append(YAML.Document(value: value, file: file, quoted: quoted, layout: layout))
    }

    private mutating func readScalar() throws(ReadingFailure) {
        if frames.last?.expectsKey == true { return try readKey() }
        let text = events.scalarBytes
        let value = try scalarValue(text)
        if scalars == .verbatim, !events.isPlain, case .string(let text) = value { quoted.insert(text) }
        try count(ExpandedSize(nodes: 1, bytes: text.count))
        if frames.isEmpty, text.isEmpty, events.isPlain, events.tag == nil, events.anchor == nil {
            isEmptyDocument = true
        }
        recorder?.scalar(start: events.start, end: events.end)
        if let name = events.anchor {
            anchors[name] = Anchor(
                value: value, size: ExpandedSize(nodes: 1, bytes: text.count), height: 0, node: recorder?.lastNode)
        }
        add(value, height: 0)
    }

    private mutating func open() throws(ReadingFailure) {
        let isMap = events.type == YAML_MAPPING_START_EVENT
        if frames.last?.expectsKey == true { throw containerAsKey() }
        guard frames.count < budget.depth else {
            throw ReadingFailure(at: eventOffset(), "nested deeper than \(budget.depth) levels")
        }
        if let tag = events.tag { try checkContainerTag(tag, isMap: isMap) }
        try count(ExpandedSize(nodes: 1, bytes: 0))
        recorder?.open(start: events.start, isFlow: events.isFlow, isMap: isMap)
        if let name = events.anchor {
            anchors[name] = nil
            openAnchors.append(
                OpenAnchor(name: name, depth: frames.count, sizeBefore: size, node: recorder?.lastNode))
        }
        frames.append(Frame(isMap: isMap, expectsKey: isMap))
        if isMap { builder.openMap() } else { builder.openList() }
    }

    private mutating func close() throws(ReadingFailure) {
        guard let frame = frames.popLast() else { return }
        recorder?.close(end: events.end)
        let isAnchored = openAnchors.last?.depth == frames.count
        let hasMerges = merges.last?.depth == frames.count
        if !isAnchored, !hasMerges {
            if frame.isMap { builder.closeMap() } else { builder.closeList() }
            return didAdd(height: frame.height + 1)
        }
        let value: Value =
            if frame.isMap { .object(try mergedObject(builder.takeMap())) } else { .array(builder.takeList()) }
        if isAnchored, let open = openAnchors.popLast() {
            anchors[open.name] = Anchor(
                value: value, size: size.since(open.sizeBefore), height: frame.height + 1, node: open.node)
        }
        add(value, height: frame.height + 1)
    }

    mutating func add(_ value: Value, height: Int) {
        builder.add(value)
        didAdd(height: height)
    }

    /// A value is complete: its container expects the next key, and is at least this high.
    @inline(__always)
    private mutating func didAdd(height: Int) {
        guard !frames.isEmpty else { return }
        let last = frames.count - 1
        if frames[last].isMap { frames[last].expectsKey = true }
        if frames[last].height < height { frames[last].height = height }
    }

    mutating func count(_ added: ExpandedSize) throws(ReadingFailure) {
        size.nodes += added.nodes
        size.bytes += added.bytes
        guard size.nodes <= budget.nodes else {
            throw ReadingFailure(at: eventOffset(), "more than \(budget.nodes) values, aliases expanded")
        }
        guard size.bytes <= budget.bytes else {
            throw ReadingFailure(at: eventOffset(), "more than \(budget.bytes) bytes of text, aliases expanded")
        }
    }
}

/// What a value comes to when every alias in it is written out.
struct ExpandedSize {
    var nodes = 0
    var bytes = 0

    func since(_ before: ExpandedSize) -> ExpandedSize {
        ExpandedSize(nodes: nodes - before.nodes, bytes: bytes - before.bytes)
    }
}
