// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
package import Model

/// What the chain holds of one event: everything but its payload, which enters as a salted hash.
///
/// The stored form, version 1, all integers big-endian, texts as a 16-bit length and UTF-8:
///
///     u8   version, 1
///     text writer          u32 incarnation      u64 sequence
///     i64  time            nanoseconds since 1970-01-01T00:00:00Z
///     text kind            text unit, empty: none      text source, empty: none
///     text actor
///     32   commitment      of the payload, see ``SealedPayload``
///     32   previous        SHA-256 of the stored header of the event before; of the first: ``EventHeader/genesis``
///
/// The hash of an event is the SHA-256 of these bytes, exactly as they are stored. Names are kept as text, so that
/// an event of a kind that this version does not know is still verified.
package struct EventHeader: Sendable, Hashable {
    package var id: EventID
    package var time: Time
    package var kind: Text
    package var unit: Text?
    package var source: Text?
    package var actor: Text
    package var commitment: Digest
    package var previous: Digest

    package init(
        id: EventID, time: Time, kind: Text, unit: Text?, source: Text?, actor: Text, commitment: Digest,
        previous: Digest
    ) {
        self.id = id
        self.time = time
        self.kind = kind
        self.unit = unit
        self.source = source
        self.actor = actor
        self.commitment = commitment
        self.previous = previous
    }

    /// What the first event of a chain follows: the hash of the name of the format.
    package static let genesis = Digest(of: "trimtab.dev/journal/v1".utf8)

    package static let version: UInt8 = 1

    /// Actors are names, some of them from commits: longer ones are cut at a character's end.
    package static let longestActor = 1024

    package var encoded: [UInt8] {
        var writer = ByteWriter()
        writer.write(Self.version)
        writer.write(id.writer)
        writer.write(id.incarnation)
        writer.write(id.sequence)
        writer.write(UInt64(bitPattern: time.nanoseconds))
        writer.write(kind)
        writer.write(unit ?? "")
        writer.write(source ?? "")
        writer.write(actor)
        writer.bytes += commitment.bytes
        writer.bytes += previous.bytes
        return writer.bytes
    }

    /// Accepts exactly what ``encoded`` makes: each header has one form.
    package init(decoding bytes: [UInt8]) throws(HeaderError) {
        var reader = ByteReader(bytes)
        let version: UInt8 = try reader.integer()
        guard version == Self.version else { throw HeaderError(reason: "has the unknown version \(version)") }
        let writer = try reader.text()
        id = EventID(writer: writer, incarnation: try reader.integer(), sequence: try reader.integer())
        time = Time(nanoseconds: Int64(bitPattern: try reader.integer()))
        kind = try reader.text()
        unit = try reader.optionalText()
        source = try reader.optionalText()
        actor = try reader.text()
        commitment = try reader.digest()
        previous = try reader.digest()
        guard reader.isAtEnd else { throw HeaderError(reason: "is followed by bytes that belong to nothing") }
    }
}

/// Why the stored header of an event cannot be read; completes "the header …".
package struct HeaderError: Error, Sendable, Hashable {
    package var reason: String

    package init(reason: String) { self.reason = reason }
}
