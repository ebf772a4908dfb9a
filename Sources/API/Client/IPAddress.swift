// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Glibc
package import Manifest

/// An address of a machine. IPv4 that is written as IPv6 (`::ffff:192.0.2.1`) is IPv4, so that nobody is two.
package struct IPAddress: Sendable, Hashable {
    /// 4 or 16.
    package let bytes: [UInt8]

    private static let mapped: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]

    fileprivate init(bytes: [UInt8]) { self.bytes = bytes }

    /// `nil` for what is no address: names, ports, zones, numbers with leading zeros.
    package init?(_ text: Text) {
        // What C reads ends at a zero.
        guard text.utf8.count <= 45, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { return nil }
        var four = [UInt8](repeating: 0, count: 4)
        if inet_pton(AF_INET, text.string, &four) == 1 {
            bytes = four
            return
        }
        var sixteen = [UInt8](repeating: 0, count: 16)
        guard inet_pton(AF_INET6, text.string, &sixteen) == 1 else { return nil }
        bytes = sixteen.starts(with: Self.mapped) ? Array(sixteen.suffix(4)) : sixteen
    }

    /// What stands for whoever comes from there: the address; of IPv6 its network, since whoever has one address there
    /// has a network of them.
    package var network: Text {
        bytes.count == 4
            ? Text(bytes.map(String.init).joined(separator: ".")) : "\(Hex.encode(bytes.prefix(8)))::/64"
    }
}

/// The addresses that begin with the same bits: `10.0.0.0/8`, `2001:db8::/32`, or a single one.
package struct AddressRange: Sendable, Hashable {
    private let first: IPAddress
    private let bits: Int

    /// Strict: what lies beyond the prefix must be zero, so that nobody means one machine and names a network.
    package init(parsing text: Text) throws(APIError) {
        let parts = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard parts.count <= 2, let name = parts.first.flatMap({ Text(utf8: $0) }), let first = IPAddress(name) else {
            throw APIError(.invalid, "it is no address", advice: Self.form)
        }
        let width = first.bytes.count * 8
        var bits = width
        if parts.count == 2 {
            guard !name.utf8.contains(UInt8(ascii: ":")) || first.bytes.count == 16 else {
                throw APIError(.invalid, "it is IPv4 that is written as IPv6", advice: "write it as IPv4")
            }
            guard (1...3).contains(parts[1].count),
                parts[1].allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
                let number = Int(String(decoding: parts[1], as: UTF8.self)), (1...width).contains(number)
            else { throw APIError(.invalid, "its prefix is none from 1 to \(width)", advice: Self.form) }
            bits = number
        }
        self.first = first
        self.bits = bits
        guard first.bytes == Self.masked(first.bytes, bits) else {
            throw APIError(
                .invalid, "it has bits beyond its prefix", advice: "name one address, or where its network begins")
        }
    }

    private init(_ bytes: [UInt8], bits: Int) {
        first = IPAddress(bytes: bytes)
        self.bits = bits
    }

    /// This machine.
    package static let loopback = [
        AddressRange([127, 0, 0, 0], bits: 8), AddressRange([UInt8](repeating: 0, count: 15) + [1], bits: 128),
    ]

    package func contains(_ address: IPAddress) -> Bool {
        address.bytes.count == first.bytes.count && Self.masked(address.bytes, bits) == first.bytes
    }

    private static let form: Text = "write it as 192.0.2.7, 10.0.0.0/8 or 2001:db8::/32"

    private static func masked(_ bytes: [UInt8], _ bits: Int) -> [UInt8] {
        bytes.enumerated().map { place, byte in
            let kept = min(8, max(0, bits - place * 8))
            return kept == 0 ? 0 : byte & (0xFF << UInt8(8 - kept))
        }
    }
}
