// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import API
package import Manifest
import Model

/// Whether words occur in what an event says, upper and lower case of ASCII alike.
package struct EventSearch: Sendable {
    private let words: [[UInt8]]

    package init(_ words: [Text]) { self.words = words.map { Bytes.lower($0) } }

    package func finds(_ view: EventView) -> Bool {
        finds(in: [
            view.summary, Text(view.event.kind.rawValue), Text(view.event.kind.words), view.event.actor.text,
            Text(view.event.unit?.description ?? ""), view.event.draft.source?.text ?? "",
        ])
    }

    func finds(_ episode: DriftEpisode) -> Bool {
        finds(
            in: [Text(episode.unit.description), episode.cause]
                + episode.objects.flatMap { [Text($0.key.description)] + ($0.value ?? []) })
    }

    private func finds(in texts: [Text]) -> Bool {
        words.allSatisfy { word in texts.contains { Bytes.occurs(word, in: $0) } }
    }
}

/// Looking for bytes in bytes, upper and lower case of ASCII alike.
enum Bytes {
    static func lower(_ text: Text) -> [UInt8] { text.utf8.map(lower) }

    static func lower(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte + 0x20 : byte
    }

    /// - Parameter word: in lower case.
    static func occurs(_ word: [UInt8], in text: Text) -> Bool {
        text.withBytes { bytes in
            guard let first = word.first else { return true }
            guard bytes.count >= word.count else { return false }
            for start in 0...(bytes.count - word.count) where lower(bytes[start]) == first {
                var index = 1
                while index < word.count, lower(bytes[start + index]) == word[index] { index += 1 }
                if index == word.count { return true }
            }
            return false
        }
    }
}
