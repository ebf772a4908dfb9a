// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation
import Glibc
import Manifest
import Testing

/// What a secret lets be seen, which is nothing.
@Suite struct SecretTests {
    private let secret = Secret<Text>("hunter2-and-more")

    @Test func `it has no words for its value`() {
        var dumped = ""
        dump([secret], to: &dumped)
        dump(Optional(Value.secret(secret)), to: &dumped)
        for text in ["\(secret)", String(reflecting: secret), "\([secret])", "\(Value.secret(secret))", dumped] {
            #expect(!text.contains("hunter2"), "\(text)")
        }
        #expect(Mirror(reflecting: secret).children.isEmpty)
    }

    @Test func `it cannot be encoded`() {
        #expect(!(secret as Any is any Encodable))
        #expect(!(Secret([1, 2] as [UInt8]) as Any is any Encodable))
        #expect(!(Value.secret(secret) as Any is any Encodable))
    }

    @Test func `it is compared by all of its bytes`() {
        #expect(secret == Secret<Text>("hunter2-and-more"))
        #expect(secret != Secret<Text>("hunter2-and-mora") && secret != Secret<Text>("Hunter2-and-more"))
        #expect(secret != Secret<Text>("hunter2-and-more-"))
        #expect(Secret(Self.bytes(2)) == Secret(Self.bytes(2)) && Secret(Self.bytes(2)) != Secret(Self.bytes(3)))
        // Texts that look the same and are not.
        #expect(Secret<Text>("\u{E9}") != Secret<Text>("e\u{301}"))
    }

    @Test func `its bytes are overwritten when the last copy goes away`() throws {
        var copies = [Secret<[UInt8]>((0..<4096).map(Self.byte))]
        copies.append(copies[0])
        let address = copies[0].withExposed { bytes in
            bytes.withUnsafeBytes { $0.baseAddress.map { UInt(bitPattern: $0) } }
        }
        // The end of it: an allocator writes into the beginning of what it has back.
        var memory = OwnMemory(at: try #require(address) + 2048, expecting: (2048..<4096).map(Self.byte))
        copies.removeLast()
        let isThere = memory.holdsExpected()
        #expect(isThere, "a copy is left")
        copies.removeLast()
        let isLeft = memory.holdsExpected()
        #expect(!isLeft)
    }

    private static func bytes(_ last: UInt8) -> [UInt8] { [0, 1, last] }

    private static func byte(_ index: Int) -> UInt8 { UInt8(truncatingIfNeeded: (index &* 7) ^ 0x4B) }
}

/// Bytes of this process at an address, whoever has them now. Allocates nothing while it looks.
private struct OwnMemory {
    private let address: UInt
    private let expected: [UInt8]
    private var found: [UInt8]

    init(at address: UInt, expecting expected: [UInt8]) {
        self.address = address
        self.expected = expected
        found = [UInt8](repeating: 0, count: expected.count)
    }

    mutating func holdsExpected() -> Bool {
        let file = open("/proc/self/mem", O_RDONLY | O_CLOEXEC)
        defer { close(file) }
        return pread(file, &found, found.count, off_t(address)) == found.count && found == expected
    }
}
