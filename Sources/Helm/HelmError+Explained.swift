// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

extension HelmError {
    /// Helm's words about a template, with a refusal of ours named as such, and without secrets.
    func explained(hiding secrets: [Secret<Text>]) -> HelmError {
        guard case .template(let words) = self else { return self }
        guard let found = words.firstRange(of: ChartEdition.refusal) else {
            return .template(
                secrets.reduce(words) { text, secret in
                    secret.withExposed { $0.isEmpty ? text : text.replacing($0.string, with: "<secret>") }
                })
        }
        return .refused(
            "\(Self.place(in: words[..<found.lowerBound]) ?? "a template") calls lookup, and there is no cluster to ask",
            advice: "give the chart by its values what it looks for, such as the name of an existing Secret")
    }

    /// The last `FILE:LINE:COLUMN` of a text, without the column, which counts in our edition of the template.
    private static func place(in text: Substring) -> String? {
        for word in text.split(whereSeparator: { $0 == " " || $0 == "\n" }).reversed() {
            let parts = word.split(separator: ":")
            guard parts.count == 3, Int(parts[1]) != nil, Int(parts[2]) != nil else { continue }
            return "\(parts[0]):\(parts[1])"
        }
        return nil
    }
}
