// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// A piece of a page: bytes that are safe wherever an element may stand.
///
/// Nothing becomes one unescaped but literals of this program, so that what a page says cannot become what it is.
package struct HTML: Sendable, Hashable {
    package private(set) var bytes: [UInt8]

    package init() { bytes = [] }

    /// Markup of ours.
    init(literal: StaticString) { bytes = literal.withUTF8Buffer { Array($0) } }

    /// What comes from outside.
    package init(_ text: Text) {
        bytes = []
        Escape.append(text, to: &bytes, in: .element)
    }

    /// What comes from outside and need not be UTF-8: other bytes are shown as `\xNN`.
    package init(text bytes: some Collection<UInt8>) {
        self.bytes = []
        Escape.append(bytes: bytes, to: &self.bytes)
    }

    /// An element that is written already, by a ``Tag``.
    init(written bytes: [UInt8]) { self.bytes = bytes }

    mutating func append(_ other: HTML) { bytes += other.bytes }

    package var isEmpty: Bool { bytes.isEmpty }
}

/// Pieces one after the other; text among them is escaped.
@resultBuilder package enum HTMLBuilder {
    package static func buildExpression(_ html: HTML) -> HTML { html }
    package static func buildExpression(_ html: HTML?) -> HTML { html ?? HTML() }
    package static func buildExpression(_ text: String) -> HTML { HTML(Text(text)) }
    package static func buildExpression(_ text: Text) -> HTML { HTML(text) }

    package static func buildBlock() -> HTML { HTML() }
    package static func buildPartialBlock(first: HTML) -> HTML { first }
    package static func buildPartialBlock(accumulated: HTML, next: HTML) -> HTML {
        var all = accumulated
        all.append(next)
        return all
    }
    package static func buildOptional(_ html: HTML?) -> HTML { html ?? HTML() }
    package static func buildEither(first html: HTML) -> HTML { html }
    package static func buildEither(second html: HTML) -> HTML { html }
    package static func buildArray(_ all: [HTML]) -> HTML {
        all.reduce(into: HTML()) { $0.append($1) }
    }
}

extension HTML {
    package init(@HTMLBuilder _ content: () -> HTML) { self = content() }
}
