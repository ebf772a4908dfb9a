// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
import Model

/// Whether words occur in what is known of a unit, upper and lower case of ASCII alike.
package struct UnitSearch: Sendable {
    private let words: [[UInt8]]

    package init(_ words: [Text]) { self.words = words.map { Bytes.lower($0) } }

    package func finds(_ unit: UnitStatus) -> Bool {
        words.allSatisfy { word in
            if occurs(word, in: unit.unit.application.text) || occurs(word, in: unit.unit.target.text)
                || occurs(word, in: unit.project.text) || occurs(word, in: unit.sync.rawValue)
                || occurs(word, in: unit.health.health.rawValue) || occurs(word, in: unit.health.reason)
            {
                return true
            }
            return isElsewhere(word, unit)
        }
    }

    /// What is longer to look at, or seldom there.
    private func isElsewhere(_ word: [UInt8], _ unit: UnitStatus) -> Bool {
        if let block = unit.block, occurs(word, in: block.reason) { return true }
        if let pause = unit.pause, occurs(word, in: pause.reason) || occurs(word, in: pause.actor.text) { return true }
        for summary in [unit.drift, unit.additions].compactMap(\.self) {
            if let cause = summary.cause, occurs(word, in: cause) { return true }
            if summary.examples.contains(where: { occurs(word, in: $0.name) || occurs(word, in: $0.kind) }) {
                return true
            }
        }
        if unit.problems.contains(where: { occurs(word, in: $0.reason) || occurs(word, in: $0.file) }) { return true }
        if word.contains(UInt8(ascii: "@")) || word.contains(UInt8(ascii: "/")) {
            return occurs(word, in: unit.unit.description)
        }
        return word.count >= 4 && isCommit(word, unit)
    }

    private func isCommit(_ word: [UInt8], _ unit: UnitStatus) -> Bool {
        guard let digits = String(validating: word, as: UTF8.self) else { return false }
        let commits = [unit.version, unit.desired].compactMap(\.self).flatMap { [$0.source, $0.fleet] }
        return commits.contains { $0?.hex.hasPrefix(digits) ?? false }
            || unit.renderDigest?.hex.hasPrefix(digits) ?? false
    }

    private func occurs(_ word: [UInt8], in text: String) -> Bool { occurs(word, in: Text(text)) }

    private func occurs(_ word: [UInt8], in text: Text) -> Bool { Bytes.occurs(word, in: text) }
}
