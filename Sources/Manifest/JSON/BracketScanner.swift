// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

/// Finds the end of one JSON map or list: counts brackets, and skips strings.
struct BracketScanner: Sendable {
    private var depth = 0
    private var isInString = false
    private var isEscaped = false

    /// Scans from the cursor on; true when the value has ended, with the cursor behind it. False when the bytes end
    /// first.
    mutating func scan(_ bytes: [UInt8], from cursor: inout Int) -> Bool {
        bytes.withUnsafeBufferPointer { bytes in
            while cursor < bytes.count {
                if isInString {
                    skipString(bytes, from: &cursor)
                    continue
                }
                let byte = bytes[cursor]
                cursor &+= 1
                switch byte {
                case UInt8(ascii: "\""): isInString = true
                case UInt8(ascii: "{"), UInt8(ascii: "["): depth &+= 1
                case UInt8(ascii: "}"), UInt8(ascii: "]"):
                    depth &-= 1
                    if depth <= 0 { return true }
                default: break
                }
            }
            return false
        }
    }

    private mutating func skipString(_ bytes: UnsafeBufferPointer<UInt8>, from cursor: inout Int) {
        while cursor < bytes.count {
            let byte = bytes[cursor]
            cursor &+= 1
            if isEscaped {
                isEscaped = false
            } else if byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else if byte == UInt8(ascii: "\"") {
                isInString = false
                return
            }
        }
    }
}

/// Finds where the list of a map's key `items` begins.
struct KeyScanner: Sendable {
    private var depth = 0
    private var isInString = false
    private var isEscaped = false
    private var isValue = false
    private var key: [UInt8] = []

    private static let items = Array("items".utf8)

    /// Takes the next byte; true when it is the bracket that opens the list.
    mutating func beginsItems(_ byte: UInt8) -> Bool {
        if isInString {
            takeString(byte)
            return false
        }
        switch byte {
        case UInt8(ascii: "\""):
            isInString = true
            if depth == 1, !isValue { key = [] }
        case UInt8(ascii: ":"):
            if depth == 1 { isValue = true }
        case UInt8(ascii: ","):
            if depth == 1 { isValue = false }
        case UInt8(ascii: "["):
            if depth == 1, isValue, key == Self.items {
                // The scanner goes on with the bracket that closes it.
                depth = 2
                return true
            }
            depth &+= 1
        case UInt8(ascii: "{"): depth &+= 1
        case UInt8(ascii: "]"), UInt8(ascii: "}"): depth &-= 1
        default: break
        }
        return false
    }

    private mutating func takeString(_ byte: UInt8) {
        if isEscaped {
            isEscaped = false
        } else if byte == UInt8(ascii: "\\") {
            isEscaped = true
        } else if byte == UInt8(ascii: "\"") {
            isInString = false
            return
        }
        if depth == 1, !isValue, key.count <= Self.items.count { key.append(byte) }
    }
}
