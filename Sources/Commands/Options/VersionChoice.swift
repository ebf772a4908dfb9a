// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import API
package import Manifest
package import Model

/// A version of a unit as people name it: the first digits of its commit or of its content.
package struct VersionChoice: Sendable {
    package var digits: Text

    package init(_ digits: Text) { self.digits = digits }

    /// The content that is meant. Digits that fit several contents are refused.
    package func digest(in history: [HistoryEntry], of unit: UnitID) throws(APIError) -> Digest {
        guard digits.utf8.count >= 4 else {
            throw APIError(.invalid, "\(digits): is too short for a version", advice: "give at least 4 digits")
        }
        let fitting = history.filter { entry in
            let names = [entry.version.source?.hex, entry.version.fleet?.hex, entry.renderDigest.hex]
            return names.contains { $0?.utf8.starts(with: digits.utf8) ?? false }
        }
        let contents = Set(fitting.map(\.renderDigest))
        guard let digest = contents.first else {
            throw APIError(
                .notFound, "\(unit): has never been at \(digits)",
                advice: "see where it has been with \"trimtab history \(Text(unit.inFleet))\"")
        }
        guard contents.count == 1 else {
            let names = contents.map(\.short).sorted().joined(separator: ", ")
            throw APIError(
                .invalid, "\(digits): the unit has had \(contents.count) contents there",
                advice: "say which: \(Text(names))")
        }
        return digest
    }
}
