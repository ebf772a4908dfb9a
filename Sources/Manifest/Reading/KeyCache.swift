// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Glibc

/// Gives equal keys one text: manifests repeat their keys, and a long key costs an allocation each time.
struct KeyCache {
    /// Texts up to this length lie in the value itself.
    private static let inline = 15

    private var prints: [UInt64]
    private var texts: [Text]

    init() {
        prints = Array(repeating: 0, count: 256)
        texts = Array(repeating: "", count: 256)
    }

    /// The text of UTF-8 bytes with this fingerprint.
    mutating func text(of bytes: UnsafeBufferPointer<UInt8>, print: UInt64) -> Text {
        guard bytes.count > Self.inline else { return Text(String(decoding: bytes, as: UTF8.self)) }
        let slot = Int(truncatingIfNeeded: print >> 56)
        if prints[slot] == print, Self.isEqual(texts[slot], bytes) { return texts[slot] }
        let text = Text(String(decoding: bytes, as: UTF8.self))
        prints[slot] = print
        texts[slot] = text
        return text
    }

    /// Different fingerprints mean different bytes; equal ones mean nothing yet.
    static func fingerprint(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt64 {
        let count = bytes.count
        guard let base = UnsafeRawPointer(bytes.baseAddress) else { return 0 }
        var print = UInt64(truncatingIfNeeded: count)
        if count >= 8 {
            print = (print ^ base.loadUnaligned(as: UInt64.self)) &* 0x9E37_79B9_7F4A_7C15
            print ^= base.loadUnaligned(fromByteOffset: count &- 8, as: UInt64.self)
        } else {
            for byte in bytes { print = print << 8 | UInt64(byte) }
        }
        return print &* 0xFF51_AFD7_ED55_8CCD
    }

    private static func isEqual(_ text: Text, _ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        text.withBytes { known in
            guard let a = known.baseAddress, let b = bytes.baseAddress else { return known.count == bytes.count }
            return known.count == bytes.count && memcmp(a, b, bytes.count) == 0
        }
    }
}
