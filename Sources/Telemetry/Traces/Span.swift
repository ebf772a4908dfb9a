// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
package import Model

/// A length of time in which one thing was done, as a part of a trace (OpenTelemetry's data model, "Spans").
package struct Span: Sendable, Hashable {
    package enum Status: Sendable, Hashable {
        case ok
        case error(Text)
    }

    package enum Attribute: Sendable, Hashable {
        case text(Text)
        case number(Int)
    }

    package var trace: TraceID
    package var id: SpanID
    /// `nil` for the root.
    package var parent: SpanID?
    package var name: Text
    package var start: Time
    package var end: Time
    package var status: Status
    /// In order, each key once.
    package var attributes: [Pair]

    package struct Pair: Sendable, Hashable {
        package var key: Text
        package var value: Attribute

        package init(_ key: Text, _ text: Text) { (self.key, value) = (key, .text(text)) }
        package init(_ key: Text, _ number: Int) { (self.key, value) = (key, .number(number)) }
    }

    package init(
        trace: TraceID, id: SpanID, parent: SpanID?, name: Text, start: Time, end: Time, status: Status = .ok,
        attributes: [Pair] = []
    ) {
        self.trace = trace
        self.id = id
        self.parent = parent
        self.name = name
        self.start = start
        // A wall clock that was put back must not make a span that ends before it begins.
        self.end = max(start, end)
        self.status = status
        self.attributes = attributes
    }
}

/// Made from what it is about, so that whoever tells of one commit, and tells it again, tells of one trace.
package struct TraceID: Sendable, Hashable {
    package let hex: Text

    package init(of subject: Text) {
        hex = Text(String(Digest(of: "trimtab.dev/trace/v1\0\(subject)".utf8).hex.prefix(32)))
    }

    package init(of commit: CommitID) { self.init(of: Text(commit.hex)) }
}

package struct SpanID: Sendable, Hashable {
    package let hex: Text

    /// - Parameters:
    ///   - event: that begins it.
    ///   - name: tells it from others that the event begins.
    package init(of event: EventID, _ name: Text) {
        let subject = "trimtab.dev/span/v1\0\(event.writer)\0\(event.incarnation)\0\(event.sequence)\0\(name)"
        hex = Text(String(Digest(of: subject.utf8).hex.prefix(16)))
    }
}
