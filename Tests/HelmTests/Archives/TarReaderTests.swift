// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Model
import Testing

@testable import Helm

/// Archives of strangers: what is read, and what is refused.
@Suite struct TarReaderTests {
    private func refusal(_ entries: [TarFile.Entry], limits: TarReader.Limits = .init()) -> String {
        do throws(ArchiveError) {
            let files = try TarReader.read(TarFile.make(entries), limits: limits)
            return "accepted \(files.keys.sorted())"
        } catch {
            return error.reason
        }
    }

    @Test func `files are read by their paths, folders are passed over`() throws {
        let files = try TarReader.read(
            TarFile.make([
                .init(name: "chart/", type: "5"), .init(name: "./chart/a", content: Array("one".utf8)),
                .init(name: "chart/b/c", content: [UInt8](repeating: 7, count: 1000)),
            ]))
        #expect(files == [path("chart/a"): Array("one".utf8), path("chart/b/c"): [UInt8](repeating: 7, count: 1000)])
    }

    @Test func `long names are read in both forms`() throws {
        let long = "chart/" + String(repeating: "n", count: 200)
        let files = try TarReader.read(
            TarFile.make([
                .init(name: "pax", content: TarFile.pax([("mtime", "1.5"), ("path", long + "1")]), type: "x"),
                .init(name: "short", content: [1]),
                .init(name: "././@LongLink", content: Array((long + "2\0").utf8), type: "L"),
                .init(name: "short", content: [2]), .init(name: "chart/plain", content: [3]),
            ]))
        #expect(files == [path(long + "1"): [1], path(long + "2"): [2], path("chart/plain"): [3]])
    }

    @Test func `names that lead out are refused`() {
        for name in ["/etc/passwd", "../x", "chart/../../x", "chart/..", "chart\\..\\x"] {
            #expect(refusal([.init(name: name)]).contains("leads out"), "\(name)")
        }
        let hidden = TarFile.pax([("path", "chart/../../x")])
        #expect(
            refusal([.init(name: "pax", content: hidden, type: "x"), .init(name: "chart/a")]).contains("leads out"))
        #expect(
            refusal([.init(name: "pax", content: TarFile.pax([("path", "a")]), type: "g"), .init(name: "chart/a")])
                .contains("one name"))
    }

    @Test func `links, devices and pipes are refused`() {
        for type in "123467SV" {
            #expect(
                refusal([.init(name: "chart/a", type: type, link: "/etc/passwd")]).hasPrefix("chart/a is"), "\(type)")
        }
        #expect(
            refusal([
                .init(name: "pax", content: TarFile.pax([("linkpath", "/etc/passwd")]), type: "x"),
                .init(name: "chart/a"),
            ]).contains("a link"))
    }

    @Test func `a name twice, and a file that is a folder, are refused`() {
        #expect(refusal([.init(name: "a"), .init(name: "./a")]) == "a is in it twice")
        #expect(refusal([.init(name: "a/b"), .init(name: "a")]) == "a is a file and a folder in it")
    }

    @Test func `what is larger than allowed is refused before it is read`() {
        #expect(refusal([.init(name: "a", size: "77777777777")]).contains("more than"))
        #expect(refusal([.init(name: "a", size: "00000004000")]) == "is cut off")
        #expect(refusal([.init(name: "a", size: "-1")]) == "gives a size that is none")
        let many = (0..<11).map { TarFile.Entry(name: "f\($0)") }
        #expect(refusal(many, limits: .init(files: 10)) == "holds more than 10 files")
        #expect(
            refusal([.init(name: String(repeating: "d/", count: 40) + "f")], limits: .init(depth: 20)).contains(
                "too long"))
    }

    @Test func `a damaged archive is refused`() {
        var bytes = TarFile.make([.init(name: "a", content: [1, 2, 3])])
        bytes[3] ^= 1
        #expect(throws: ArchiveError("is no tar archive, or a damaged one")) { try TarReader.read(bytes) }
        let whole = TarFile.make([.init(name: "a", content: [1, 2, 3])], end: false)
        #expect(throws: ArchiveError("is cut off")) { try TarReader.read(Array(whole.prefix(514))) }
        #expect(throws: ArchiveError("is cut off")) { try TarReader.read(Array(whole.prefix(100))) }
    }

    @Test func `a bomb is refused while it is unpacked`() throws {
        let bomb = TarFile.gzip([UInt8](repeating: 0, count: 8 << 20))
        #expect(bomb.count < 16 << 10)
        #expect(throws: ArchiveError("unpacks to more than 1048576 bytes")) {
            try Gzip.decompress(bomb, limit: 1 << 20)
        }
        #expect(try Gzip.decompress(bomb, limit: 8 << 20).count == 8 << 20)
    }

    @Test func `a damaged stream is refused`() throws {
        let good = TarFile.gzip(Array("content".utf8))
        #expect(try Gzip.decompress(good + good, limit: 100) == Array("contentcontent".utf8))
        #expect(throws: ArchiveError("is cut off")) { try Gzip.decompress(Array(good.dropLast()), limit: 100) }
        #expect(throws: ArchiveError("is cut off")) { try Gzip.decompress([], limit: 100) }
        #expect(throws: ArchiveError.self) { try Gzip.decompress(good + [0, 1], limit: 100) }
        for index in good.indices {
            var bad = good
            bad[index] ^= 0x10
            // Some bits of the header, and those after the last one of the content, mean nothing.
            let content = try? Gzip.decompress(bad, limit: 100)
            #expect(content == nil || content == Array("content".utf8), "byte \(index)")
        }
        var wrong = good
        wrong[good.count - 6] ^= 1
        #expect(throws: ArchiveError.self) { try Gzip.decompress(wrong, limit: 100) }
    }
}
