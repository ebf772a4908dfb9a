// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

/// Rows in aligned columns.
package struct Table: Sendable {
    package struct Column: Sendable {
        var title: String
        var isNumeric: Bool

        package init(_ title: String, isNumeric: Bool = false) {
            self.title = title
            self.isNumeric = isNumeric
        }
    }

    private let columns: [Column]
    private var rows: [Row] = []

    private struct Row {
        var cells: [Line]
        var notes: [Line]
    }

    package init(_ columns: [Column]) { self.columns = columns }

    package var isEmpty: Bool { rows.isEmpty }

    /// Missing cells are empty, surplus ones are left out. Notes stand below the row, whole.
    package mutating func append(_ cells: [Line], notes: [Line] = []) {
        rows.append(Row(cells: columns.indices.map { $0 < cells.count ? cells[$0] : Line() }, notes: notes))
    }

    /// A heading and the rows; a column that is empty throughout is left out. `width` cuts off what a terminal does
    /// not have room for.
    package func lines(width: Int?) -> [Line] {
        let shown = columns.indices.filter { column in rows.contains { $0.cells[column].width > 0 } }
        let widths = shown.map { column in
            rows.reduce(DisplayWidth.of(columns[column].title)) { max($0, $1.cells[column].width) }
        }
        let heading = line(columns.map { Line($0.title, .faint) }, shown, widths)
        let body = rows.flatMap { row in
            [fit(line(row.cells, shown, widths), width)] + row.notes.map { Line("    ") + $0 }
        }
        return [fit(heading, width)] + body
    }

    private func fit(_ line: Line, _ width: Int?) -> Line { width.map { line.truncated(to: $0) } ?? line }

    private func line(_ cells: [Line], _ shown: [Int], _ widths: [Int]) -> Line {
        var line = Line()
        guard let last = shown.lastIndex(where: { cells[$0].width > 0 }) else { return line }
        for (index, column) in shown[...last].enumerated() {
            let cell = cells[column]
            let padding = Line(String(repeating: " ", count: widths[index] - cell.width))
            let isLast = index == last
            if columns[column].isNumeric {
                line += padding + cell
            } else {
                line += isLast ? cell : cell + padding
            }
            if !isLast { line += "  " }
        }
        return line
    }
}
