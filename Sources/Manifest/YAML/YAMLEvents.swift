// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import CLibYAML

/// libyaml's parser as a source of events, one at a time.
///
/// The bytes must outlive it.
struct YAMLEvents: ~Copyable {
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let event: UnsafeMutablePointer<yaml_event_t>

    init(_ bytes: UnsafeRawBufferPointer) {
        parser = .allocate(capacity: 1)
        parser.initialize(to: yaml_parser_t())
        event = .allocate(capacity: 1)
        event.initialize(to: yaml_event_t())
        yaml_parser_initialize(parser)
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        yaml_parser_set_input_string(parser, bytes.assumingMemoryBound(to: UInt8.self).baseAddress, bytes.count)
    }

    deinit {
        yaml_event_delete(event)
        yaml_parser_delete(parser)
        event.deallocate()
        parser.deallocate()
    }

    /// Moves to the next event; false when the text is wrong there.
    mutating func next() -> Bool {
        yaml_event_delete(event)
        return yaml_parser_parse(parser, event) != 0
    }

    var type: yaml_event_type_t { event.pointee.type }
    /// Where the event begins and ends, in code points.
    var start: Int { Int(truncatingIfNeeded: event.pointee.start_mark.index) }
    var end: Int { Int(truncatingIfNeeded: event.pointee.end_mark.index) }

    /// Of a scalar. Valid until the next event.
    var scalarBytes: UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: event.pointee.data.scalar.value, count: event.pointee.data.scalar.length)
    }
    /// Whether a scalar without a tag is to be understood by how it looks.
    var isPlain: Bool { event.pointee.data.scalar.plain_implicit != 0 }
    /// Whether a scalar has neither anchor nor tag.
    var isBare: Bool { event.pointee.data.scalar.anchor == nil && event.pointee.data.scalar.tag == nil }
    var isFlow: Bool {
        type == YAML_MAPPING_START_EVENT
            ? event.pointee.data.mapping_start.style == YAML_FLOW_MAPPING_STYLE
            : event.pointee.data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE
    }

    var anchor: Text? {
        switch type {
        case YAML_SCALAR_EVENT: Self.text(event.pointee.data.scalar.anchor)
        case YAML_ALIAS_EVENT: Self.text(event.pointee.data.alias.anchor)
        case YAML_SEQUENCE_START_EVENT: Self.text(event.pointee.data.sequence_start.anchor)
        case YAML_MAPPING_START_EVENT: Self.text(event.pointee.data.mapping_start.anchor)
        default: nil
        }
    }

    /// With its handle resolved: `tag:yaml.org,2002:str` for `!!str`.
    var tag: Text? {
        switch type {
        case YAML_SCALAR_EVENT: Self.text(event.pointee.data.scalar.tag)
        case YAML_SEQUENCE_START_EVENT: Self.text(event.pointee.data.sequence_start.tag)
        case YAML_MAPPING_START_EVENT: Self.text(event.pointee.data.mapping_start.tag)
        default: nil
        }
    }

    /// What stopped the parser.
    var problem: Problem {
        let parser = parser.pointee
        return Problem(
            text: parser.problem.map { String(cString: $0) } ?? "the text cannot be read",
            context: parser.context.map { String(cString: $0) } ?? "",
            place: parser.error == YAML_READER_ERROR
                ? .byte(Int(truncatingIfNeeded: parser.problem_offset))
                : .character(Int(truncatingIfNeeded: parser.problem_mark.index)),
            contextStart: Int(truncatingIfNeeded: parser.context_mark.index))
    }

    struct Problem {
        enum Place {
            case byte(Int)
            case character(Int)
        }

        var text: String
        /// What libyaml was doing; empty when it does not say.
        var context: String
        var place: Place
        /// In code points.
        var contextStart: Int
    }

    private static func text(_ bytes: UnsafeMutablePointer<yaml_char_t>?) -> Text? {
        bytes.map { Text(String(cString: $0)) }
    }
}
