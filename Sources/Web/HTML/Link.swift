// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
package import Manifest

/// Where a link may lead: to a place of ours, or to an address of the web. Never anywhere else, whatever the text was.
package struct Link: Sendable, Hashable {
    /// Percent-encoded.
    package let text: Text

    /// A place of ours.
    package init(_ segments: Text..., query: [(key: Text, value: Text)] = []) {
        self.init(segments, query)
    }

    package init(_ segments: [Text], _ query: [(key: Text, value: Text)] = []) {
        var text = segments.isEmpty ? "/" : ""
        for segment in segments { text += "/" + PercentEncoding.encode(segment.utf8) }
        for (index, part) in query.enumerated() {
            text += (index == 0 ? "?" : "&") + PercentEncoding.encode(part.key.utf8)
            text += "=" + PercentEncoding.encode(part.value.utf8)
        }
        self.text = Text(text)
    }

    /// A place in the same page.
    init(here id: StaticString) { text = Text("#\(id)") }

    /// The same place, with one more word to it.
    func with(_ key: Text, _ value: Text) -> Link {
        let mark = text.utf8.contains(UInt8(ascii: "?")) ? "&" : "?"
        let pair = PercentEncoding.encode(key.utf8) + "=" + PercentEncoding.encode(value.utf8)
        return Link(verbatim: Text("\(text)\(mark)\(pair)"))
    }

    static func mark(_ mark: Mark) -> Link { Link(verbatim: Text("#m-\(mark.rawValue)")) }

    private init(verbatim text: Text) { self.text = text }

    /// A path of this server that somebody else has made, with its query; `nil` unless it is one.
    init?(local path: Text) {
        let bytes = Array(path.utf8)
        guard bytes.first == UInt8(ascii: "/"), bytes.dropFirst().first != UInt8(ascii: "/"), bytes.count <= 2000,
            bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7F && !Self.isForbidden($0) })
        else { return nil }
        text = path
    }

    /// Elsewhere; `nil` unless it is an address of http or https with a host and nothing in it that an address cannot
    /// hold. Who the user is must not stand in it.
    package init?(elsewhere address: Text) {
        let bytes = Array(address.utf8)
        guard bytes.count <= 2000, bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7F && !Self.isForbidden($0) }) else {
            return nil
        }
        let lower = bytes.prefix(8).map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 + 0x20 : $0 }
        guard let scheme = ["https://", "http://"].first(where: { lower.starts(with: $0.utf8) }) else { return nil }
        let host = bytes.dropFirst(scheme.utf8.count).prefix { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") }
        guard let first = host.first, first != UInt8(ascii: ":"), !host.contains(UInt8(ascii: "@")) else { return nil }
        text = address
    }

    private static func isForbidden(_ byte: UInt8) -> Bool { "\"'<>\\^`{|}".utf8.contains(byte) }
}
