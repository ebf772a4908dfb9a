// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
package import Model

/// Which files of a folder are manifests: what some pattern includes and none excludes.
package struct FileSelection: Sendable, Hashable {
    /// Empty: all.
    package var include: [FilePattern] = []
    package var exclude: [FilePattern] = []

    package init(include: [FilePattern] = [], exclude: [FilePattern] = []) {
        self.include = include
        self.exclude = exclude
    }

    /// - Parameter path: of a file, relative to the folder that is rendered.
    package func selects(_ path: TreePath) -> Bool {
        (include.isEmpty || include.contains { $0.matches(path) }) && !exclude.contains { $0.matches(path) }
    }

    /// Whether nothing below a folder can be selected, so that it need not be looked at.
    package func excludesAll(below folder: TreePath) -> Bool { exclude.contains { $0.coversAll(below: folder) } }
}

/// A pattern of paths below a folder: `*` and `?` within a name, `**` for any depth. One without `/` means names at any
/// depth: `*.test.yaml`.
package struct FilePattern: Sendable, Hashable {
    package let text: Text
    private let pattern: PathPattern

    /// `nil` for a pattern that is absolute or could never match.
    package init?(_ text: Text) {
        guard text.utf8.first != UInt8(ascii: "/") else { return nil }
        var relative = text.string
        if relative.utf8.last == UInt8(ascii: "/") { relative += "**" }
        let anywhere = !relative.utf8.contains(UInt8(ascii: "/")) && relative != "**"
        guard let pattern = PathPattern(Text((anywhere ? "/**/" : "/") + relative)) else { return nil }
        self.text = text
        self.pattern = pattern
    }

    package func matches(_ path: TreePath) -> Bool { pattern.matches(components: path.components) }

    fileprivate func coversAll(below folder: TreePath) -> Bool {
        text.utf8.reversed().starts(with: "**/".utf8) && matches(folder)
    }
}

extension Shape where Output == FilePattern {
    static var filePattern: Shape {
        Shape<Text>.text(
            "a pattern of files below the path, such as *.yaml or tests/**",
            pattern: #"^(?!/)(?!.*//)(?!(.*/)?\.{1,2}(/|$))(?!.*([^/]\*\*|\*\*[^/]))\#(StringRule.character)+$"#
        ) { FilePattern($0) }
    }
}
