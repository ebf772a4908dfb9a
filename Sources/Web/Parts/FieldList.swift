// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model

/// The fields that two sides do not agree on. What is on the old side is struck, what is on the new one added.
struct FieldList {
    /// How much of it is shown.
    struct Extent {
        var fields: Int
        var lines: Int
        /// Bytes of one value, or of one line of a text.
        var bytes: Int

        /// One of many on a page.
        static let hint = Extent(fields: 5, lines: 6, bytes: 100)
        /// Enough to see what it is about.
        static let glance = Extent(fields: 100, lines: 400, bytes: 400)
        /// For who has to answer for it: all that a page can hold.
        static let whole = Extent(fields: 500, lines: 2000, bytes: 4000)
    }

    let fields: [FieldDifference]
    let extent: Extent
    /// Who holds them, where the target records that.
    let owners: [FieldOwners]

    init(_ fields: [FieldDifference], _ extent: Extent = .glance, owners: [FieldOwners] = []) {
        self.fields = fields
        self.extent = extent
        self.owners = owners
    }

    var html: HTML {
        H.div(.class("fields")) {
            for field in fields.prefix(extent.fields) { html(of: field) }
            if fields.count > extent.fields {
                H.p(.class("soft")) { "… and \(Words.counted(fields.count - extent.fields, "more field"))" }
            }
        }
    }

    private func html(of field: FieldDifference) -> HTML {
        H.div {
            H.p(.class("field-path")) {
                field.path.isEmpty ? "(everything)" : Words.cut(field.path.description, to: min(400, extent.bytes))
            }
            if case .string(let old) = field.old, case .string(let new) = field.new, isLong(old) || isLong(new) {
                lines(old, new)
            } else {
                H.p(.class("sides")) {
                    side(field.old, H.del, absent: "was absent")
                    side(field.new, H.ins, absent: "is absent")
                }
            }
            for held in owners where held.path == field.path { OwnerList(held).html }
        }
    }

    private func isLong(_ text: Text) -> Bool { text.utf8.contains(UInt8(ascii: "\n")) || text.utf8.count > 100 }

    private func side(_ value: Value?, _ tag: Tag, absent: String) -> HTML {
        guard let value else { return H.span(.class("soft")) { absent } }
        let text = Text(utf8: JSON.write(value.redacted)) ?? ""
        return tag { Words.cut(text, to: extent.bytes) }
    }

    private func lines(_ old: Text, _ new: Text) -> HTML {
        switch TextDiff.compare(Array(old.utf8), Array(new.utf8)) {
        case .same: return H.p(.class("soft")) { "the same" }
        case .binary: return H.p(.class("soft")) { "is no text, and differs" }
        case .tooLarge: return H.p(.class("soft")) { "differs; it is too large to show" }
        case .hunks(let hunks):
            var left = extent.lines
            let isCut = hunks.reduce(0) { $0 + $1.lines.count } > left
            return H.pre(.class("diff"), .tabIndex(0)) {
                for (index, hunk) in hunks.enumerated() where left > 0 {
                    if index > 0 || hunk.old.lowerBound > 0 {
                        H.span(.class("skipped")) { "line \(hunk.new.lowerBound + 1)" }
                    }
                    for each in cut(hunk.lines, &left) { line(each) }
                }
                if isCut { H.span(.class("skipped")) { "… and more" } }
            }
        }
    }

    private func cut(_ lines: [TextDiff.Line], _ left: inout Int) -> ArraySlice<TextDiff.Line> {
        defer { left -= lines.count }
        return lines.prefix(max(0, left))
    }

    private func line(_ line: TextDiff.Line) -> HTML {
        let text = HTML {
            HTML(text: line.bytes.prefix(extent.bytes))
            if line.bytes.count > extent.bytes { "…" }
        }
        switch line.kind {
        case .context:
            return H.span {
                "  "; text
            }
        case .removed:
            return H.del {
                "− "; text
            }
        case .added:
            return H.ins {
                "+ "; text
            }
        }
    }
}

extension Value {
    /// A secret leaf never reaches a page, wherever it sits.
    fileprivate var redacted: Value {
        switch self {
        case .null, .bool, .number, .string: self
        case .array(let items): .array(items.map(\.redacted))
        case .object(let object): .object(Object(uniquePairs: object.pairs.map { ($0.key, $0.value.redacted) }))
        case .secret: "<secret>"
        }
    }
}
