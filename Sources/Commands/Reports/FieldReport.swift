// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// The fields that two sides do not agree on, for people.
package struct FieldReport {
    package var fields: [FieldDifference]

    package init(_ fields: [FieldDifference]) { self.fields = fields }

    package func lines(indent: Int) -> [Line] {
        let margin = Line(String(repeating: " ", count: indent))
        return fields.flatMap { lines(of: $0).map { margin + $0 } }
    }

    private func lines(of field: FieldDifference) -> [Line] {
        let path = Line(field.path.isEmpty ? "(everything)" : field.path.description, .bold)
        if case .string(let old) = field.old, case .string(let new) = field.new, isLong(old) || isLong(new) {
            return [path + ":"] + TextDiff.edits(from: old.string, to: new.string).map(line)
        }
        return [path + ": " + value(field.old, .red) + " → " + value(field.new, .green)]
    }

    private func isLong(_ text: Text) -> Bool { text.utf8.contains(UInt8(ascii: "\n")) || text.utf8.count > 100 }

    private func line(of edit: TextDiff.Edit) -> Line {
        switch edit {
        case .same(let text): Line("    " + text, .faint)
        case .removed(let text): Line("  - " + text, .red)
        case .added(let text): Line("  + " + text, .green)
        case .skipped(let count): Line("    … \(counted(count, "line"))", .faint)
        }
    }

    private func value(_ value: Value?, _ style: Style) -> Line {
        guard let value else { return Line("(absent)", .faint) }
        let text = String(decoding: JSON.write(value.redacted), as: UTF8.self)
        return Line(DisplayWidth.truncate(text, to: 200), style)
    }
}

extension Value {
    /// The writer knows secret leaves too; this says so where they are shown.
    fileprivate var redacted: Value { if case .secret = self { "<secret>" } else { self } }
}
