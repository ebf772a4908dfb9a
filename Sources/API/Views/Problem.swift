// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
import Model

/// Something that is wrong, where it stands, and what to do about it.
package struct Problem: Error, Sendable, Hashable {
    /// The file as the user knows it; empty when it concerns no file.
    package var file: Text
    /// 1-based; `nil` when it concerns the whole file.
    package var line: Int?
    /// 1-based, in bytes.
    package var column: Int?
    package var reason: Text
    package var advice: Text?

    package init(file: Text = "", line: Int? = nil, column: Int? = nil, reason: Text, advice: Text? = nil) {
        self.file = file
        self.line = line
        self.column = column
        self.reason = reason
        self.advice = advice
    }

    package init(_ error: ReadingError) {
        self.init(
            file: error.file, line: error.position?.line, column: error.position?.column, reason: Text(error.reason),
            advice: error.advice.map { Text($0) })
    }
}

extension Problem: CustomStringConvertible {
    /// `platform/targets.yaml:3:5: unknown field "lables" (did you mean "labels"?)`
    package var description: String {
        var place = file.string
        if let line {
            place += place.isEmpty ? "line \(line)" : ":\(line)"
            if let column { place += ":\(column)" }
        }
        return (place.isEmpty ? "" : place + ": ") + reason.string + (advice.map { " (\($0))" } ?? "")
    }
}

extension Problem: Wire {
    package init(wire: Value) throws(WireError) {
        let fields = try WireFields(wire)
        self.init(
            file: try fields.optional("file") ?? "",
            line: try fields.optional("line"),
            column: try fields.optional("column"),
            reason: try fields.required("reason"),
            advice: try fields.optional("advice"))
    }

    package var wire: Value {
        .fields([
            "file": file.wireUnlessEmpty, "line": line?.wire, "column": column?.wire, "reason": reason.wire,
            "advice": advice?.wire,
        ])
    }
}
