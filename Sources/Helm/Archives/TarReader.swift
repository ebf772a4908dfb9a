// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Model

/// Reads a tar archive (POSIX ustar, pax and GNU names) that holds files and folders, and nothing else.
///
/// Links, devices, names that are absolute or climb out, names given twice and headers with a wrong checksum are refused:
/// an archive of a chart has no use for them.
package struct TarReader {
    package struct Limits: Sendable {
        package var files: Int
        /// Bytes of one file.
        package var fileSize: Int
        /// Components of a path.
        package var depth: Int

        package init(files: Int = 10_000, fileSize: Int = 16 << 20, depth: Int = 64) {
            self.files = files
            self.fileSize = fileSize
            self.depth = depth
        }
    }

    private static let blockSize = 512
    private let bytes: [UInt8]
    private let limits: Limits
    private var files: [TreePath: [UInt8]] = [:]
    private var offset = 0
    /// From an extended header: what the next entry is called, and its size.
    private var nextName: [UInt8]?
    private var nextSize: Int?

    /// The files by their paths. Folders are dropped: those that matter have files.
    package static func read(_ bytes: [UInt8], limits: Limits = Limits()) throws(ArchiveError) -> [TreePath: [UInt8]] {
        var reader = TarReader(bytes: bytes, limits: limits)
        while let header = try reader.nextHeader() { try reader.take(header) }
        try reader.checkThatNoFileIsAFolder()
        return reader.files
    }

    private init(bytes: [UInt8], limits: Limits) {
        self.bytes = bytes
        self.limits = limits
    }

    /// `nil` at the end: a block of zeros, or nothing more.
    private mutating func nextHeader() throws(ArchiveError) -> TarHeader? {
        guard offset < bytes.count else { return nil }
        guard bytes.count - offset >= Self.blockSize else { throw ArchiveError("is cut off") }
        let block = bytes[offset..<offset + Self.blockSize]
        guard block.contains(where: { $0 != 0 }) else { return nil }
        offset += Self.blockSize
        return try TarHeader(block)
    }

    private mutating func take(_ header: TarHeader) throws(ArchiveError) {
        let size = header.isExtension ? header.size : nextSize ?? header.size
        let limit = header.isExtension ? 64 << 10 : limits.fileSize
        let name = nextName ?? header.name
        guard size <= limit else { throw ArchiveError("\(printable(name)) has \(size) bytes, more than \(limit)") }
        guard size <= bytes.count - offset else { throw ArchiveError("is cut off") }
        let content = bytes[offset..<offset + size]
        // The padding may be missing at the very end.
        offset = min(bytes.count, offset + (size + Self.blockSize - 1) / Self.blockSize * Self.blockSize)
        switch header.kind {
        case .paxOfNext:
            let pax = try PaxRecords(content)
            nextName = pax.path ?? nextName
            nextSize = pax.size ?? nextSize
            return
        case .paxOfAll:
            let pax = try PaxRecords(content)
            guard pax.path == nil, pax.size == nil else { throw ArchiveError("gives one name to all of its files") }
            return
        case .gnuName: nextName = Array(content.prefix { $0 != 0 })
        case .file: try add(name, content)
        case .folder: _ = try path(name)
        case .refused(let kind): throw ArchiveError("\(printable(name)) is \(kind); a chart holds files only")
        }
        if !header.isExtension {
            nextName = nil
            nextSize = nil
        }
    }

    private mutating func add(_ name: [UInt8], _ content: ArraySlice<UInt8>) throws(ArchiveError) {
        let path = try path(name)
        guard !path.isRoot, name.last != UInt8(ascii: "/") else { throw ArchiveError("a file has no name") }
        guard files.count < limits.files else { throw ArchiveError("holds more than \(limits.files) files") }
        guard files.updateValue(Array(content), forKey: path) == nil else {
            throw ArchiveError("\(path) is in it twice")
        }
    }

    private func path(_ name: [UInt8]) throws(ArchiveError) -> TreePath {
        guard !name.contains(UInt8(ascii: "\\")), let path = TreePath(name) else {
            throw ArchiveError("the name \(printable(name)) leads out of it")
        }
        guard path.components.count <= limits.depth, path.components.allSatisfy({ $0.count <= 255 }) else {
            throw ArchiveError("the name \(printable(name.prefix(80))) is too long")
        }
        return path
    }

    private func checkThatNoFileIsAFolder() throws(ArchiveError) {
        for path in files.keys {
            var folder = path.parent
            while let above = folder, !above.isRoot {
                guard files[above] == nil else { throw ArchiveError("\(above) is a file and a folder in it") }
                folder = above.parent
            }
        }
    }
}
