// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

/// The block before each entry of a tar archive (POSIX.1-1988, ustar).
struct TarHeader {
    enum Kind: Sendable, Hashable {
        case file
        case folder
        /// Extended headers (POSIX.1-2001): of the next entry, of all that follow.
        case paxOfNext
        case paxOfAll
        /// GNU: the content is the name of the next entry.
        case gnuName
        /// In words: `a symbolic link`.
        case refused(String)
    }

    let kind: Kind
    let name: [UInt8]
    let size: Int

    /// Tells about another entry.
    var isExtension: Bool { [.paxOfNext, .paxOfAll, .gnuName].contains(kind) }

    /// - Parameter block: 512 bytes.
    init(_ block: ArraySlice<UInt8>) throws(ArchiveError) {
        let start = block.startIndex
        func field(_ offset: Int, _ length: Int) -> ArraySlice<UInt8> {
            block[start + offset..<start + offset + length]
        }
        func text(_ offset: Int, _ length: Int) -> ArraySlice<UInt8> { field(offset, length).prefix { $0 != 0 } }
        let checksum = field(148, 8)
        let sum = block.reduce(0) { $0 + Int($1) } - checksum.reduce(0) { $0 + Int($1) } + 8 * 0x20
        guard Self.number(checksum) == sum else { throw ArchiveError("is no tar archive, or a damaged one") }
        guard let size = Self.number(field(124, 12)) else { throw ArchiveError("gives a size that is none") }
        let type = block[start + 156]
        kind = Self.kind(type)
        // Only ustar has a prefix; GNU keeps times at its place.
        let hasPrefix = field(257, 6).elementsEqual("ustar\0".utf8) && block[start + 345] != 0
        name = (hasPrefix ? Array(text(345, 155)) + [UInt8(ascii: "/")] : []) + text(0, 100)
        // A folder has no content, whatever its header says.
        self.size = kind == .folder ? 0 : size
    }

    private static func kind(_ type: UInt8) -> Kind {
        switch type {
        case UInt8(ascii: "0"), 0: .file
        case UInt8(ascii: "5"): .folder
        case UInt8(ascii: "x"): .paxOfNext
        case UInt8(ascii: "g"): .paxOfAll
        case UInt8(ascii: "L"): .gnuName
        case UInt8(ascii: "1"): .refused("a hard link")
        case UInt8(ascii: "2"): .refused("a symbolic link")
        case UInt8(ascii: "3"), UInt8(ascii: "4"): .refused("a device")
        case UInt8(ascii: "6"): .refused("a pipe")
        default: .refused("of an unknown kind")
        }
    }

    /// Octal digits between spaces and zeros; `nil` for anything else, also for numbers beyond 8 GiB.
    private static func number(_ field: ArraySlice<UInt8>) -> Int? {
        let digits = field.drop { $0 == 0x20 }.prefix { $0 != 0x20 && $0 != 0 }
        guard digits.count <= 11, digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "7")).contains($0) }) else {
            return nil
        }
        return digits.reduce(0) { $0 << 3 | Int($1 - UInt8(ascii: "0")) }
    }
}

/// The records of an extended header that matter here: `27 path=chart/values.yaml\n`.
struct PaxRecords {
    private(set) var path: [UInt8]?
    private(set) var size: Int?

    init(_ content: ArraySlice<UInt8>) throws(ArchiveError) {
        var rest = content
        while !rest.isEmpty {
            let digits = rest.prefix { $0 != 0x20 }
            guard digits.count <= 6, let length = Int(String(decoding: digits, as: UTF8.self)),
                length > digits.count + 1, length <= rest.count,
                rest[rest.startIndex + length - 1] == 0x0A
            else { throw ArchiveError("has an extended header that cannot be read") }
            let record = rest[rest.startIndex + digits.count + 1..<rest.startIndex + length - 1]
            rest = rest.dropFirst(length)
            guard let sign = record.firstIndex(of: UInt8(ascii: "=")) else { continue }
            let value = record[(sign + 1)...]
            switch String(decoding: record[..<sign], as: UTF8.self) {
            case "path": path = Array(value)
            case "size":
                guard value.count <= 12, let number = Int(String(decoding: value, as: UTF8.self)), number >= 0 else {
                    throw ArchiveError("gives a size that is none")
                }
                size = number
            case "linkpath": throw ArchiveError("holds a link; a chart holds files only")
            case let key where key.hasPrefix("GNU.sparse"): throw ArchiveError("holds a file with holes")
            default: break
            }
        }
    }
}
