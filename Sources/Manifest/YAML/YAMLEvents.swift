// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import CLibYAML

/// libyaml's parser over bytes that outlive it: one event at a time, and where each begins.
struct YAMLEvents: ~Copyable {
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let event: UnsafeMutablePointer<yaml_event_t>
    private let bytes: UnsafeRawBufferPointer
    private let isASCII: Bool
    /// libyaml counts characters; the byte that belongs to the last count, from which the next search begins.
    private var known = (characters: 0, bytes: 0)
    private var hasEvent = false

    init(_ bytes: UnsafeRawBufferPointer, isASCII: Bool) throws(ReadingFailure) {
        self.bytes = bytes
        self.isASCII = isASCII
        let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
        guard yaml_parser_initialize(parser) == 1 else {
            parser.deallocate()
            throw ReadingFailure(at: 0, "there is no memory for a YAML parser")
        }
        self.parser = parser
        event = .allocate(capacity: 1)
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        yaml_parser_set_input_string(parser, bytes.assumingMemoryBound(to: UInt8.self).baseAddress, bytes.count)
    }

    deinit {
        if hasEvent { yaml_event_delete(event) }
        yaml_parser_delete(parser)
        parser.deallocate()
        event.deallocate()
    }

    /// Moves to the next event. What the event before pointed to is gone.
    mutating func advance() throws(ReadingFailure) -> yaml_event_type_t {
        if hasEvent {
            yaml_event_delete(event)
            hasEvent = false
        }
        guard yaml_parser_parse(parser, event) == 1 else { throw failure() }
        hasEvent = true
        return event.pointee.type
    }

    /// Of the present event.
    var start: Int { mutating get { byte(event.pointee.start_mark.index) } }
    var end: Int { mutating get { byte(event.pointee.end_mark.index) } }

    /// Of a scalar: its text with escapes and folding done.
    var scalar: UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: event.pointee.data.scalar.value, count: event.pointee.data.scalar.length)
    }

    var isPlain: Bool { event.pointee.data.scalar.style == YAML_PLAIN_SCALAR_STYLE }

    var scalarAnchor: String? { Self.string(event.pointee.data.scalar.anchor) }
    var scalarTag: String? { Self.string(event.pointee.data.scalar.tag) }
    var sequenceAnchor: String? { Self.string(event.pointee.data.sequence_start.anchor) }
    var mappingAnchor: String? { Self.string(event.pointee.data.mapping_start.anchor) }
    var aliasAnchor: String? { Self.string(event.pointee.data.alias.anchor) }

    private static func string(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? {
        pointer.map { String(cString: $0) }
    }

    private mutating func failure() -> ReadingFailure {
        let reason = parser.pointee.problem.map { String(cString: $0) } ?? "this is not YAML"
        let mark = parser.pointee.problem_mark.index
        // Errors of the reader come with an offset in bytes, those of scanner and parser with a mark.
        let offset = parser.pointee.error == YAML_READER_ERROR ? parser.pointee.problem_offset : byte(mark)
        return ReadingFailure(at: offset, reason)
    }

    /// The byte at which a character begins. Marks rise, so all calls together read the text about once.
    private mutating func byte(_ characters: Int) -> Int {
        if isASCII { return characters }
        if characters < known.characters { known = (0, 0) }
        while known.characters < characters, known.bytes < bytes.count {
            known.bytes += 1
            while known.bytes < bytes.count, bytes[known.bytes] & 0xC0 == 0x80 { known.bytes += 1 }
            known.characters += 1
        }
        return known.bytes
    }
}
