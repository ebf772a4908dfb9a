// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

/// One pass over the bytes of a JSON text.
///
/// Nesting lives in the builder, not on the call stack, so that no input can exhaust it.
struct JSONReader: ~Copyable {
    let bytes: UnsafeRawBufferPointer
    let budget: Budget
    var offset = 0
    private var builder = ValueBuilder()
    private var nodes = 0
    private var isASCII = true

    init(_ bytes: UnsafeRawBufferPointer, budget: Budget) {
        self.bytes = bytes
        self.budget = budget
    }

    mutating func read() throws(ReadingFailure) -> Value {
        try checkBytes()
        skipSpace()
        repeat {
            try readValueOrOpening()
            try finishContainers()
        } while builder.depth > 0
        guard offset == bytes.count else { throw ReadingFailure(at: offset, "something follows the value") }
        guard let value = builder.takeRoot() else { throw ReadingFailure(at: 0, "there is no value") }
        return value
    }

    private mutating func checkBytes() throws(ReadingFailure) {
        guard bytes.count <= budget.bytes else {
            throw ReadingFailure(at: budget.bytes, "more than \(budget.bytes) bytes")
        }
        switch UTF8Check(bytes) {
        case .ascii: isASCII = true
        case .utf8: isASCII = false
        case .invalid(let offset): throw ReadingFailure(at: offset, "invalid UTF-8")
        }
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
            throw ReadingFailure(at: 0, "a byte order mark", advice: "save the file as UTF-8 without it")
        }
    }

    /// The byte at the offset; 0, which no token begins with, at the end.
    @inline(__always)
    private var next: UInt8 { offset < bytes.count ? bytes[offset] : 0 }

    @inline(__always)
    private mutating func skipSpace() {
        while offset < bytes.count {
            switch bytes[offset] {
            case 0x20, 0x0A, 0x0D, 0x09: offset &+= 1
            default: return
            }
        }
    }

    /// Reads a scalar, or the opening of a container up to where its first value is expected.
    private mutating func readValueOrOpening() throws(ReadingFailure) {
        while true {
            nodes &+= 1
            guard nodes <= budget.nodes else { throw ReadingFailure(at: offset, "more than \(budget.nodes) values") }
            switch next {
            case UInt8(ascii: "{"):
                try enter()
                builder.openMap()
                skipSpace()
                // The caller closes an empty container.
                if next == UInt8(ascii: "}") { return }
                try readKey()
            case UInt8(ascii: "["):
                try enter()
                builder.openList()
                skipSpace()
                if next == UInt8(ascii: "]") { return }
            case UInt8(ascii: "\""):
                return builder.add(.string(Text(try readString())))
            case UInt8(ascii: "t"):
                try expect("true")
                return builder.add(.bool(true))
            case UInt8(ascii: "f"):
                try expect("false")
                return builder.add(.bool(false))
            case UInt8(ascii: "n"):
                try expect("null")
                return builder.add(.null)
            case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
                return builder.add(.number(try readNumber()))
            default:
                throw unexpected("a value")
            }
        }
    }

    private mutating func enter() throws(ReadingFailure) {
        guard builder.depth < budget.depth else {
            throw ReadingFailure(at: offset, "nested deeper than \(budget.depth) levels")
        }
        offset &+= 1
    }

    /// Closes what ends here; stops where another value is expected, or with nothing open.
    private mutating func finishContainers() throws(ReadingFailure) {
        while true {
            skipSpace()
            guard builder.depth > 0 else { return }
            switch (next, builder.isInMap) {
            case (UInt8(ascii: "}"), true):
                offset &+= 1
                builder.closeMap()
            case (UInt8(ascii: "]"), false):
                offset &+= 1
                builder.closeList()
            case (UInt8(ascii: ","), let isInMap):
                offset &+= 1
                skipSpace()
                if isInMap { try readKey() }
                return
            case (_, let isInMap):
                throw unexpected(isInMap ? "a comma or }" : "a comma or ]")
            }
        }
    }

    private mutating func readKey() throws(ReadingFailure) {
        let start = offset
        guard next == UInt8(ascii: "\"") else { throw unexpected("a key in double quotes") }
        guard try addKey() else {
            offset = start
            throw ReadingFailure(at: start, "duplicate key \(Text(try readString()).quoted)")
        }
        skipSpace()
        guard next == UInt8(ascii: ":") else { throw unexpected("a colon") }
        offset &+= 1
        skipSpace()
    }

    /// Reads the key whose opening quote is at the offset. False when the map has it already.
    private mutating func addKey() throws(ReadingFailure) -> Bool {
        guard let plain = readPlainString() else { return builder.key(Text(try readString())) }
        return builder.key(utf8: UnsafeBufferPointer(rebasing: bytes.bindMemory(to: UInt8.self)[plain]))
    }

    private mutating func expect(_ word: StaticString) throws(ReadingFailure) {
        let length = word.utf8CodeUnitCount
        guard offset &+ length <= bytes.count else { throw unexpected("a value") }
        for index in 0..<length where bytes[offset &+ index] != word.utf8Start[index] {
            throw unexpected("a value")
        }
        offset &+= length
    }

    func unexpected(_ wanted: String) -> ReadingFailure {
        guard offset < bytes.count else {
            return ReadingFailure(at: offset, "the text ends where \(wanted) is expected")
        }
        var advice: String?
        switch bytes[offset] {
        case UInt8(ascii: "}"), UInt8(ascii: "]"): advice = "JSON has no trailing commas"
        case UInt8(ascii: "'"): advice = "JSON has double quotes only"
        case UInt8(ascii: "/"), UInt8(ascii: "#"): advice = "JSON has no comments"
        default: break
        }
        return ReadingFailure(at: offset, "expected \(wanted)", advice: advice)
    }
}
