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
