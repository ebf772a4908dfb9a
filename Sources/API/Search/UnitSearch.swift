// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
import Model

/// Whether words occur in what is known of a unit, upper and lower case of ASCII alike.
package struct UnitSearch: Sendable {
    private struct Word: Sendable {
        /// In lower case.
        var bytes: [UInt8]
        /// Whether it may stand across the parts of a unit's id.
        var isOfID: Bool
        /// When it may be the beginning of a commit or of a digest.
        var digits: HexPrefix?

        init(_ text: Text) {
            bytes = Bytes.lower(text)
            isOfID = bytes.contains(UInt8(ascii: "@")) || bytes.contains(UInt8(ascii: "/"))
            digits = bytes.count >= 4 ? HexPrefix(bytes) : nil
        }
    }

    private let words: [Word]

    package init(_ words: [Text]) { self.words = words.map(Word.init) }

    package func finds(_ unit: UnitStatus) -> Bool {
        words.allSatisfy { entry in
            let word = entry.bytes
            if occurs(word, in: unit.unit.application.text) || occurs(word, in: unit.unit.target.text)
                || occurs(word, in: unit.project.text) || occurs(word, in: unit.sync.rawValue)
                || occurs(word, in: unit.health.health.rawValue) || occurs(word, in: unit.health.reason)
            {
                return true
            }
            return isElsewhere(entry, unit)
        }
    }

    /// What is longer to look at, or seldom there.
    private func isElsewhere(_ entry: Word, _ unit: UnitStatus) -> Bool {
        let word = entry.bytes
        if let block = unit.block, occurs(word, in: block.reason) { return true }
        if let pause = unit.pause, occurs(word, in: pause.reason) || occurs(word, in: pause.actor.text) { return true }
        if let drift = unit.drift, isOf(drift, word) { return true }
        if let additions = unit.additions, isOf(additions, word) { return true }
        if unit.problems.contains(where: { occurs(word, in: $0.reason) || occurs(word, in: $0.file) }) { return true }
        if entry.isOfID { return occurs(word, in: unit.unit.description) }
        return entry.digits.map { isCommit($0, unit) } ?? false
    }

    private func isOf(_ summary: DriftSummary, _ word: [UInt8]) -> Bool {
        if let cause = summary.cause, occurs(word, in: cause) { return true }
        return summary.examples.contains { occurs(word, in: $0.name) || occurs(word, in: $0.kind) }
    }

    private func isCommit(_ digits: HexPrefix, _ unit: UnitStatus) -> Bool {
        func begins(_ version: Version?) -> Bool {
            guard let version else { return false }
            return version.source.map { digits.begins($0.id.bytes) } ?? false
                || version.fleet.map { digits.begins($0.id.bytes) } ?? false
        }
        return begins(unit.version) || begins(unit.desired)
            || unit.renderDigest.map { digits.begins($0.bytes) } ?? false
    }

    private func occurs(_ word: [UInt8], in text: String) -> Bool { occurs(word, in: Text(text)) }

    private func occurs(_ word: [UInt8], in text: Text) -> Bool { Bytes.occurs(word, in: text) }
}
