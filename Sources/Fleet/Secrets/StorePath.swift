// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// A path in a store of secrets: names with `/` between them. It goes into addresses and names of files, so only what
/// means the same in all of them may stand in it.
package enum StorePath {
    package static func isPath(_ text: Text) -> Bool {
        !text.isEmpty && text.utf8.count <= 512
            && text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).allSatisfy { part in
                !part.isEmpty && !part.elementsEqual(".".utf8) && !part.elementsEqual("..".utf8)
                    && part.allSatisfy { isAlphanumeric($0) || "-_.@+=:,".utf8.contains($0) }
            }
    }

    static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }
}

/// A pattern of paths in a store: `shop/**`. As ``PathPattern``, without the slash that begins it.
package struct StorePattern: Sendable, Hashable {
    private let pattern: PathPattern

    package init?(_ text: Text) {
        guard text.utf8.first != UInt8(ascii: "/"), let pattern = PathPattern("/\(text)") else { return nil }
        self.pattern = pattern
    }

    package var text: Text { Text(utf8: pattern.text.utf8.dropFirst()) ?? pattern.text }

    package func matches(_ path: Text) -> Bool { pattern.matches(path: Array("/\(path)".utf8)) }
}

extension Shape where Output == Text {
    static var storePath: Shape {
        .text(
            "a path in a store, such as shop/database",
            pattern: #"^(?!(.*/)?\.{1,2}(/|$))[A-Za-z0-9._@+=:,-]+(/[A-Za-z0-9._@+=:,-]+)*$"#
        ) { StorePath.isPath($0) ? $0 : nil }
    }

    /// Names a file in the agent's own folder, so it must lead nowhere else.
    static var connection: Shape {
        .text("a connection's name", pattern: "^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$") { text in
            let bytes = Array(text.utf8)
            let isClean = bytes.allSatisfy { StorePath.isAlphanumeric($0) || "._-".utf8.contains($0) }
            let ends = [bytes.first, bytes.last].allSatisfy { $0.map(StorePath.isAlphanumeric) ?? false }
            return isClean && ends && bytes.count <= 63 ? text : nil
        }
    }
}

extension Shape where Output == StorePattern {
    static var storePattern: Shape {
        Shape<Text>.text(
            "a pattern of paths in a store such as shop/**, without \".\", \"..\" and empty names",
            pattern: #"^(?!/)(?!.*//)(?!(.*/)?\.{1,2}(/|$))(?!.*([^/]\*\*|\*\*[^/]))\#(StringRule.character)*[^/]$"#
        ) { StorePattern($0) }
    }
}
