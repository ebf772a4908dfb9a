// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// A path as RFC 6901 writes it: `/metadata/labels/app~1name`.
struct JSONPointer {
    let tokens: [Text]

    init?(_ text: Text) {
        if text.isEmpty {
            tokens = []
            return
        }
        guard text.utf8.first == UInt8(ascii: "/") else { return nil }
        tokens = text.utf8.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
            .map { Text(Self.unescaped(String(decoding: Array($0), as: UTF8.self))) }
    }

    private static func unescaped(_ token: String) -> String {
        guard token.utf8.contains(UInt8(ascii: "~")) else { return token }
        var bytes: [UInt8] = []
        var isEscaped = false
        for byte in token.utf8 {
            if isEscaped {
                isEscaped = false
                switch byte {
                case UInt8(ascii: "0"): bytes.append(UInt8(ascii: "~"))
                case UInt8(ascii: "1"): bytes.append(UInt8(ascii: "/"))
                default: bytes += [UInt8(ascii: "~"), byte]
                }
            } else if byte == UInt8(ascii: "~") {
                isEscaped = true
            } else {
                bytes.append(byte)
            }
        }
        if isEscaped { bytes.append(UInt8(ascii: "~")) }
        return String(decoding: bytes, as: UTF8.self)
    }
}
