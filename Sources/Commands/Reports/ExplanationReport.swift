// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Manifest

/// Why a unit renders to what it does, for people.
struct ExplanationReport {
    var explanation: RenderExplanation

    var lines: [Line] {
        let title = Line("\(explanation.unit)", .bold) + Line(" renders as \(explanation.kind)")
        let settings = explanation.settings.flatMap { setting -> [Line] in
            let value = DisplayWidth.truncate(String(decoding: JSON.write(setting.value), as: UTF8.self), to: 120)
            let over = setting.over.isEmpty ? "" : ", over \(setting.over.map(\.string).joined(separator: ", "))"
            return [
                Line("  ") + Line(setting.field.string, .bold) + Line(" = \(value)"),
                Line("      \(setting.place)\(over)", .faint),
            ]
        }
        let effects = explanation.effects.flatMap { effect in
            [Line("  \(effect.object)  ") + Line(effect.place.string, .faint)]
                + FieldReport([effect.field]).lines(indent: 4)
        }
        let notes = explanation.notes.map { Line("note: ", .cyan) + Line($0.string) }
        return [title] + settings + (effects.isEmpty ? [] : [Line("what overrides changed:", .bold)] + effects) + notes
    }
}
