// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Model

/// The chart as Helm gets to see it: its own text, but for two functions.
///
/// `lookup` asks the cluster, and `helm template` answers every question with nothing: a chart that looks for its
/// password there would make a new one each time. It becomes a call that fails, in the place where it stands and only
/// when it is reached. `now` is moved in the second render, so that what depends on the day shows today and not
/// tomorrow.
enum ChartEdition: Sendable, Hashable {
    case first
    case second

    /// What Helm says of a `lookup` that was reached holds this.
    static let refusal = "trimtab refuses lookup"

    private var replacements: TemplateScanner.Replacements {
        let lookup = (Array("lookup".utf8), Array(#"call "\#(Self.refusal)""#.utf8))
        guard self == .second else { return [lookup] }
        // A year, a day, an hour, a minute and a second away: no part of a date stays the same.
        return [lookup, (Array("now".utf8), Array(#"(now | dateModify "+9841h37m13s")"#.utf8))]
    }

    func content(of file: TreePath, _ bytes: [UInt8]) -> [UInt8] {
        Self.isTemplate(file) ? TemplateScanner.replace(replacements, in: bytes) : bytes
    }

    /// Whether a path of a chart lies in its `templates`, or in those of a chart within.
    static func isTemplate(_ path: TreePath) -> Bool {
        var parts = path.components[...]
        while parts.count > 2, parts.first?.elementsEqual("charts".utf8) == true { parts = parts.dropFirst(2) }
        return parts.count > 1 && parts.first?.elementsEqual("templates".utf8) == true
    }
}
