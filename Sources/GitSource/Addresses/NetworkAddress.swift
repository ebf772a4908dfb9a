// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

/// The bytes of an IP address: 4 or 16.
package struct NetworkAddress: Sendable, Hashable {
    let bytes: [UInt8]
    /// As a URL has it, without brackets.
    package let text: String

    /// Whether nothing good can lie there: addresses of the link, where clouds keep their metadata service, and the
    /// metadata addresses that are not. Also in the forms of IPv6 that mean an IPv4 address.
    var isForbidden: Bool {
        if let four = embeddedIPv4 { return Self.isForbidden(four) }
        guard bytes.count == 16 else { return Self.isForbidden(bytes) }
        let isLinkLocal = bytes[0] == 0xFE && bytes[1] & 0xC0 == 0x80
        let isMulticast = bytes[0] == 0xFF
        let isUnspecified = bytes.allSatisfy { $0 == 0 }
        // fd00:ec2::254, the metadata service of a cloud.
        let metadata: [UInt8] = [0xFD, 0x00, 0x0E, 0xC2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x02, 0x54]
        return isLinkLocal || isMulticast || isUnspecified || bytes == metadata
    }

    package var isLoopback: Bool {
        if let four = embeddedIPv4 { return four.first == 127 }
        return bytes.count == 4 ? bytes.first == 127 : bytes.last == 1 && bytes.dropLast().allSatisfy { $0 == 0 }
    }

    private static func isForbidden(_ four: [UInt8]) -> Bool {
        guard four.count == 4 else { return true }
        let isLinkLocal = four[0] == 169 && four[1] == 254
        // 100.100.100.200 is the metadata service of another cloud.
        return isLinkLocal || four[0] == 0 || four[0] >= 224 || four == [100, 100, 100, 200]
    }

    /// The IPv4 address inside `::ffff:a.b.c.d`, `::a.b.c.d`, `64:ff9b::a.b.c.d` and `2002:aabb:ccdd::`.
    private var embeddedIPv4: [UInt8]? {
        guard bytes.count == 16 else { return nil }
        let low = Array(bytes.suffix(4))
        let isMapped = bytes.prefix(10).allSatisfy { $0 == 0 } && bytes[10] == 0xFF && bytes[11] == 0xFF
        let isCompatible = bytes.prefix(12).allSatisfy { $0 == 0 } && low[0] != 0
        let isTranslated = bytes.starts(with: [0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0])
        if isMapped || isCompatible || isTranslated { return low }
        return bytes[0] == 0x20 && bytes[1] == 0x02 ? Array(bytes[2..<6]) : nil
    }
}
