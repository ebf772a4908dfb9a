// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
package import Model

/// Where a journal stands: whoever holds one can later tell whether what came before was rewritten.
package struct CheckpointView: Sendable, Hashable {
    package var writer: Text
    package var incarnation: UInt64
    /// Events that it covers.
    package var size: UInt64
    /// The chain's hash after them.
    package var head: Digest
    package var time: Time
    /// The signing key and the signature over the other fields, in the journal's own encoding.
    package var key: Text?
    package var signature: Text?

    package init(
        writer: Text, incarnation: UInt64, size: UInt64, head: Digest, time: Time, key: Text? = nil,
        signature: Text? = nil
    ) {
        self.writer = writer
        self.incarnation = incarnation
        self.size = size
        self.head = head
        self.time = time
        self.key = key
        self.signature = signature
    }
}

/// What checking a journal found.
package struct Verification: Sendable, Hashable {
    package struct Finding: Sendable, Hashable {
        /// What it is, in one stable word: `altered`, `broken`, `gap`, `truncated`, `forked` …; for scripts.
        package var kind: Text
        /// The first event that it concerns; `nil` when it concerns the journal as a whole.
        package var sequence: UInt64?
        /// One sentence that names the event: `event 17 was changed after it was written`.
        package var reason: Text

        package init(kind: Text, sequence: UInt64? = nil, reason: Text) {
            self.kind = kind
            self.sequence = sequence
            self.reason = reason
        }
    }

    /// Events that were read.
    package var events: UInt64
    /// The chain's hash after them; `nil` for an empty journal.
    package var head: Digest?
    /// Of the events, those whose payload was erased as another event says.
    package var erased: UInt64
    /// What is worth knowing and not wrong, one sentence each: which checkpoint it extends, where it was restored.
    package var remarks: [Text]
    /// In the order of the events that they concern; empty when the chain holds.
    package var findings: [Finding]

    package init(
        events: UInt64, head: Digest?, erased: UInt64 = 0, remarks: [Text] = [], findings: [Finding] = []
    ) {
        self.events = events
        self.head = head
        self.erased = erased
        self.remarks = remarks
        self.findings = findings
    }

    package var isIntact: Bool { findings.isEmpty }
}

extension CheckpointView: Wire {
    package init(wire: Value) throws(WireError) {
        let fields = try WireFields(wire)
        self.init(
            writer: try fields.required("writer"),
            incarnation: try fields.required("incarnation"),
            size: try fields.required("size"),
            head: try fields.required("head"),
            time: try fields.required("time"),
            key: try fields.optional("key"),
            signature: try fields.optional("signature"))
    }

    package var wire: Value {
        .fields([
            "writer": writer.wire, "incarnation": incarnation.wire, "size": size.wire, "head": head.wire,
            "time": time.wire, "key": key?.wire, "signature": signature?.wire,
        ])
    }
}

extension Verification: Wire {
    package init(wire: Value) throws(WireError) {
        let fields = try WireFields(wire)
        self.init(
            events: try fields.required("events"), head: try fields.optional("head"),
            erased: try fields.optional("erased") ?? 0, remarks: try fields.list("remarks"),
            findings: try fields.list("findings"))
    }

    /// `intact` says it in one word, for scripts.
    package var wire: Value {
        .fields([
            "intact": isIntact.wire, "events": events.wire, "erased": erased.wire, "head": head?.wire,
            "remarks": remarks.wireUnlessEmpty, "findings": findings.wire,
        ])
    }
}

extension Verification.Finding: Wire {
    package init(wire: Value) throws(WireError) {
        let fields = try WireFields(wire)
        self.init(
            kind: try fields.required("finding"), sequence: try fields.optional("sequence"),
            reason: try fields.required("reason"))
    }

    package var wire: Value {
        .fields(["finding": kind.wire, "sequence": sequence?.wire, "reason": reason.wire])
    }
}
