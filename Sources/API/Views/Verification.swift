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
        /// The first event that is not as it was written; `nil` when it concerns the journal as a whole.
        package var sequence: UInt64?
        /// `event 17 does not continue the chain`, `the journal is shorter than the checkpoint`.
        package var reason: Text

        package init(sequence: UInt64? = nil, reason: Text) {
            self.sequence = sequence
            self.reason = reason
        }
    }

    /// Events that were read.
    package var events: UInt64
    /// The chain's hash after them; `nil` for an empty journal.
    package var head: Digest?
    /// Empty when the chain holds.
    package var findings: [Finding]

    package init(events: UInt64, head: Digest?, findings: [Finding] = []) {
        self.events = events
        self.head = head
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
            findings: try fields.list("findings"))
    }

    /// `intact` says it in one word, for scripts.
    package var wire: Value {
        .fields([
            "intact": isIntact.wire, "events": events.wire, "head": head?.wire, "findings": findings.wire,
        ])
    }
}

extension Verification.Finding: Wire {
    package init(wire: Value) throws(WireError) {
        let fields = try WireFields(wire)
        self.init(sequence: try fields.optional("sequence"), reason: try fields.required("reason"))
    }

    package var wire: Value { .fields(["sequence": sequence?.wire, "reason": reason.wire]) }
}
