// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Glibc

extension YAML {
    /// Reads all documents of a stream as `read` does without tracking. A long stream is cut between documents, and its
    /// pieces are read side by side.
    ///
    /// Where a piece can't be read, or all together are more than the budget allows, the stream is read again in one, for
    /// the error and its place.
    ///
    /// - Parameter least: bytes of a piece.
    package static func readInPieces(
        _ bytes: [UInt8], file: Text = "", budget: Budget = .manifest, keys: Keys = .resolved,
        scalars: Scalars = .resolved, duplicates: Duplicates = .refused, least: Int = 128 << 10
    ) async throws(ReadingError) -> [Document] {
        let pieces = bytes.count <= budget.bytes ? Pieces(of: bytes, least: least) : nil
        if let pieces {
            let reading = Reading(
                file: file, budget: budget, keys: keys, scalars: scalars, duplicates: duplicates,
                isASCII: pieces.isASCII)
            if let documents = await reading.documents(of: bytes, in: pieces.ranges) { return documents }
        }
        return try read(
            bytes, file: file, budget: budget, tracking: .nothing, keys: keys, scalars: scalars,
            duplicates: duplicates)
    }

    /// The beginning of a stream, up to where its second document begins; all of it where it is not sure that it may be
    /// cut. It may hold no document, but comments.
    package static func leadingPiece(of bytes: [UInt8]) -> ArraySlice<UInt8> {
        bytes.withUnsafeBytes { Pieces.firstCut(of: $0) }.map { bytes[..<$0] } ?? bytes[...]
    }
}

/// Where a stream may be cut: before a line that begins a document. Such a line is nothing else anywhere, not even within
/// a text in quotes or a block (YAML 1.2, `c-forbidden`; libyaml holds to it), and no anchor reaches over it.
struct Pieces {
    var ranges: [Range<Int>]
    var isASCII: Bool

    /// More than processors, so that none waits long for the others.
    private static let most = 8

    /// `nil` when there is nothing to gain, or where it may not be cut.
    init?(of bytes: [UInt8], least: Int) {
        guard bytes.count >= 2 * least else { return nil }
        let size = max(1, least, (bytes.count + Self.most - 1) / Self.most)
        let found = bytes.withUnsafeBytes { bytes -> (ranges: [Range<Int>], isASCII: Bool)? in
            let encoding = UTF8Check(bytes)
            if case .invalid = encoding { return nil }
            guard Self.mayBeCut(bytes) else { return nil }
            var ranges: [Range<Int>] = []
            var start = 0
            while let cut = Self.cut(bytes, from: start + size) {
                ranges.append(start..<cut)
                start = cut
            }
            ranges.append(start..<bytes.count)
            return (ranges, encoding == .ascii)
        }
        guard let found, found.ranges.count > 1 else { return nil }
        (ranges, isASCII) = found
    }

    static func firstCut(of bytes: UnsafeRawBufferPointer) -> Int? {
        mayBeCut(bytes) ? cut(bytes, from: 1) : nil
    }

    /// Not with a directive or a byte order mark, which are of more than their own document.
    private static func mayBeCut(_ bytes: UnsafeRawBufferPointer) -> Bool {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) || bytes.first == UInt8(ascii: "%") { return false }
        // Few texts have a percent sign at all, and the C library looks at many bytes at a time.
        var start = 1
        while start < bytes.count, let base = bytes.baseAddress,
            let found = memchr(base + start, Int32(UInt8(ascii: "%")), bytes.count - start)
        {
            let offset = UnsafeRawPointer(found) - base
            if bytes[offset - 1] == UInt8(ascii: "\n") { return false }
            start = offset + 1
        }
        return true
    }

    private static func cut(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
        lines(bytes, from: start).first { offset in
            guard bytes[offset...].starts(with: "---".utf8) else { return false }
            return offset + 3 == bytes.count || [0x20, 0x09, 0x0A, 0x0D].contains(bytes[offset + 3])
        }
    }

    /// Where lines begin that are not empty, at `start` or behind it.
    private static func lines(
        _ bytes: UnsafeRawBufferPointer, from start: Int
    ) -> some Sequence<Int> {
        (min(start, bytes.count)..<bytes.count).lazy.filter { bytes[$0 - 1] == UInt8(ascii: "\n") }
    }
}

/// How the pieces of one stream are read.
private struct Reading: Sendable {
    var file: Text
    var budget: Budget
    var keys: YAML.Keys
    var scalars: YAML.Scalars
    var duplicates: YAML.Duplicates
    var isASCII: Bool

    private struct Portion: Sendable {
        var documents: [YAML.Document]
        var begun: Int
        var size: ExpandedSize
    }

    /// `nil` when not all can be read within the budget.
    func documents(of bytes: [UInt8], in ranges: [Range<Int>]) async -> [YAML.Document]? {
        await withTaskGroup(of: (Int, Portion?).self) { group in
            for (number, range) in ranges.enumerated() {
                group.addTask { (number, portion(of: bytes, range)) }
            }
            var portions: [Portion?] = Array(repeating: nil, count: ranges.count)
            for await (number, portion) in group { portions[number] = portion }
            var whole = Portion(documents: [], begun: 0, size: ExpandedSize())
            for portion in portions {
                guard let portion else { return nil }
                whole.documents += portion.documents
                whole.begun += portion.begun
                whole.size.nodes += portion.size.nodes
                whole.size.bytes += portion.size.bytes
            }
            guard whole.begun <= budget.documents, whole.size.nodes <= budget.nodes, whole.size.bytes <= budget.bytes
            else { return nil }
            return whole.documents
        }
    }

    private func portion(of bytes: [UInt8], _ range: Range<Int>) -> Portion? {
        bytes.withUnsafeBytes { bytes in
            var reader = YAMLReader(
                UnsafeRawBufferPointer(rebasing: bytes[range]), isASCII: isASCII, file: file, budget: budget,
                tracking: .nothing, keys: keys, scalars: scalars, duplicates: duplicates, markLength: 0)
            do throws(ReadingFailure) {
                let documents = try reader.read()
                return Portion(documents: documents, begun: reader.documentsBegun, size: reader.size)
            } catch {
                return nil
            }
        }
    }
}
