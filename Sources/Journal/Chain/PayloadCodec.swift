// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// Payloads to bytes and back.
enum PayloadCodec {
    /// Canonical JSON. Throws when the payload is no object, or holds a secret: those never reach the disk.
    static func encode(_ payload: Value) throws(JournalError) -> [UInt8] {
        guard case .object = payload else {
            throw JournalError(.invalidEvent, "the payload of an event must be a map, not \(payload.kindInWords)")
        }
        guard !payload.holdsSecret else {
            throw JournalError(.invalidEvent, "the payload of an event holds a secret")
        }
        return JSON.write(payload, style: .canonical)
    }

    static func decode(_ bytes: [UInt8], _ budget: Budget) throws(ReadingError) -> Value {
        try JSON.read(bytes, file: "", budget: budget)
    }
}
