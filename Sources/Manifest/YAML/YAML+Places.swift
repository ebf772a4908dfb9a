// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import CLibYAML

extension YAML.Document {
    /// Where the value of a field begins; `nil` when no such field is written in the text. What an alias stands for is
    /// placed at the alias.
    ///
    /// Reads the text once more: places are for errors, and reading is fast.
    package func position(of path: FieldPath) -> Position? { places(of: path)?.value }

    /// Where the key of a field begins; for items of lists the item itself.
    package func keyPosition(of path: FieldPath) -> Position? {
        places(of: path).map { $0.key ?? $0.value }
    }

    /// The bytes of a field's value as written: `"quoted"` with its quotes, a block scalar with its header, without
    /// anchor and tag of maps and lists. What replaces them leaves every other byte of the text alone.
    package func span(of path: FieldPath) -> Range<Int>? {
        text.withUnsafeBytes { bytes in find(path, in: bytes)?.span }
    }

    private func places(of path: FieldPath) -> (key: Position?, value: Position)? {
        text.withUnsafeBytes { bytes in
            guard let found = find(path, in: bytes) else { return nil }
            return (
                found.key.map { Position(offset: $0, in: bytes) }, Position(offset: found.span.lowerBound, in: bytes)
            )
        }
    }

    private func find(_ path: FieldPath, in bytes: UnsafeRawBufferPointer) -> (key: Int?, span: Range<Int>)? {
        guard var search = try? YAMLSearch(bytes, document: index) else { return nil }
        return try? search.find(path)
    }
}

/// Walks the events of one document along a path.
private struct YAMLSearch: ~Copyable {
    private var events: YAMLEvents

    init(_ bytes: UnsafeRawBufferPointer, document: Int) throws(ReadingFailure) {
        var events = try YAMLEvents(bytes, isASCII: UTF8Check(bytes) == .ascii)
        var seen = 0
        while seen <= document {
            let type = try events.advance()
            if type == YAML_STREAM_END_EVENT { break }
            if type == YAML_DOCUMENT_START_EVENT { seen += 1 }
        }
        self.events = events
    }

    mutating func find(_ path: FieldPath) throws(ReadingFailure) -> (key: Int?, span: Range<Int>)? {
        var key: Int?
        var type = try events.advance()
        for step in path.steps {
            switch (step, type) {
            case (.key(let wanted), YAML_MAPPING_START_EVENT):
                guard let found = try enter(wanted) else { return nil }
                (key, type) = found
            case (.index(let wanted), YAML_SEQUENCE_START_EVENT):
                key = nil
                type = try events.advance()
                for _ in 0..<max(0, wanted) {
                    try skip(type)
                    type = try events.advance()
                }
                if type == YAML_SEQUENCE_END_EVENT { return nil }
            case (_, YAML_ALIAS_EVENT): return (key, events.start..<events.end)
            default: return nil
            }
        }
        let start = events.start
        try skip(type)
        return (key, start..<max(start, events.end))
    }

    private mutating func enter(_ wanted: Text) throws(ReadingFailure) -> (Int?, yaml_event_type_t)? {
        while true {
            guard try events.advance() == YAML_SCALAR_EVENT else { return nil }
            let start = events.start
            let isWanted = wanted.utf8.elementsEqual(events.scalar)
            let type = try events.advance()
            if isWanted { return (start, type) }
            try skip(type)
        }
    }

    /// Goes to the end of the node whose first event is the present one.
    private mutating func skip(_ type: yaml_event_type_t) throws(ReadingFailure) {
        guard type == YAML_MAPPING_START_EVENT || type == YAML_SEQUENCE_START_EVENT else { return }
        var depth = 1
        while depth > 0 {
            switch try events.advance() {
            case YAML_MAPPING_START_EVENT, YAML_SEQUENCE_START_EVENT: depth += 1
            case YAML_MAPPING_END_EVENT, YAML_SEQUENCE_END_EVENT: depth -= 1
            default: break
            }
        }
    }
}
