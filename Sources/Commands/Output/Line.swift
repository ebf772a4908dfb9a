// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

/// How a piece of text stands out on a terminal that has colours.
package enum Style: String, Sendable, Hashable, CaseIterable {
    case bold = "1"
    case faint = "2"
    case red = "31"
    case green = "32"
    case yellow = "33"
    case cyan = "36"
}

/// A line for people. Whatever it is made of is safe to print: its pieces are escaped when they are made.
package struct Line: Sendable, Hashable {
    struct Span: Sendable, Hashable {
        var text: String
        var style: Style?
    }

    private(set) var spans: [Span]

    package init(_ text: String = "", _ style: Style? = nil) {
        spans = text.isEmpty ? [] : [Span(text: SafeText.escape(text), style: style)]
    }

    package static func + (left: Line, right: Line) -> Line {
        var line = left
        line.spans += right.spans
        return line
    }

    package static func += (left: inout Line, right: Line) { left = left + right }

    /// In columns.
    package var width: Int { spans.reduce(0) { $0 + DisplayWidth.of($1.text) } }

    package func truncated(to columns: Int) -> Line {
        guard width > columns else { return self }
        var line = Line()
        var left = columns
        for span in spans where left > 0 {
            let text = DisplayWidth.truncate(span.text, to: left)
            line.spans.append(Span(text: text, style: span.style))
            left -= DisplayWidth.of(text)
        }
        return line
    }

    package func text(colour: Bool) -> String {
        spans.reduce(into: "") { text, span in
            if colour, let style = span.style {
                text += "\u{1B}[\(style.rawValue)m\(span.text)\u{1B}[0m"
            } else {
                text += span.text
            }
        }
    }
}

extension Line: ExpressibleByStringInterpolation {
    package init(stringLiteral value: String) { self.init(value) }
}

extension [Line] {
    /// Each on a line of its own, ending with a line feed.
    package func text(colour: Bool) -> String {
        map { $0.text(colour: colour) + "\n" }.joined()
    }
}
