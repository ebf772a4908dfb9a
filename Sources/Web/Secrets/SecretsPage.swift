// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import API
package import Manifest
package import Model

/// What units were given of secrets: where it lies, at which version, and who has it.
package struct SecretsPage: Sendable {
    let places: [SecretPlace]
    let words: [Text]
    let times: Moments

    private static let most = 200

    package init(_ places: [SecretPlace], words: [Text] = [], now: Time) {
        self.places = words.isEmpty ? places : places.filter { $0.isFound(by: words) }
        self.words = words
        times = Moments(now: now)
    }

    package var content: PageContent {
        PageContent("Secrets", in: .secrets, live: Link("live")) {
            Panel.heading("Secrets") {
                H.p(.class("lead")) {
                    "What units were given: where it lies, and at which version. Values are kept nowhere, and shown to nobody."
                }
            }
            SearchForm(Link("secrets"), words, "Place, key, unit").html
            H.div(.dataPart("places")) { list }
        }
    }

    private var list: HTML {
        HTML {
            if places.isEmpty {
                Panel.empty(
                    words.isEmpty ? "No secrets on record" : "Nothing matches",
                    words.isEmpty
                        ? "Encrypted files and what comes from stores appear here once a unit was given some."
                        : "Take a word out of the search.")
            } else {
                H.table(.class("list")) {
                    H.caption(.class("vh")) { "Places of secrets" }
                    H.thead {
                        H.tr {
                            for title in ["Place", "Keys", "Version", "Given to", "Since"] {
                                H.th(.scope("col")) { title }
                            }
                        }
                    }
                    H.tbody {
                        for place in places.prefix(Self.most) { line(place) }
                    }
                }
                if places.count > Self.most {
                    H.p(.class("soft")) { "and \(Words.number(places.count - Self.most)) more: search for them" }
                }
            }
        }
    }

    private func line(_ place: SecretPlace) -> HTML {
        H.tr {
            H.th(.scope("row")) {
                Words.cut(place.place, to: 300)
                H.span(.class("soft")) { place.isFromStore ? "from a store" : "encrypted in Git" }
                if let failure = place.failure {
                    H.span(.class("why")) {
                        Badge.html(.failed, "Does not come: \(Words.cut(failure.state, to: 60))", .bad)
                    }
                    H.span(.class("why")) { Words.cut(failure.reason, to: 300) }
                }
            }
            H.td { several(place.keys, none: "all of it") }
            H.td {
                for version in versions(place).prefix(3) {
                    H.code(.class("id")) { Words.cut(version, to: 24) }
                    " "
                }
                if versions(place).count > 3 { H.span(.class("why")) { "and \(versions(place).count - 3) more" } }
            }
            H.td {
                H.ul {
                    for use in place.uses.prefix(5) { H.li { H.a(.href(use.unit.link())) { use.unit.words } } }
                    if place.uses.count > 5 {
                        H.li(.class("soft")) { "and \(Words.number(place.uses.count - 5)) more" }
                    }
                }
                if !place.recipients.isEmpty {
                    H.span(.class("why")) { "for \(Words.counted(place.recipients.count, "recipient"))" }
                }
            }
            H.td { place.uses.map(\.since).max().map(times.ago) ?? HTML("not known") }
        }
    }

    private func versions(_ place: SecretPlace) -> [Text] { Set(place.uses.map(\.version)).sorted() }

    private func several(_ names: [Text], none: String) -> HTML {
        HTML {
            if names.isEmpty { H.span(.class("soft")) { none } }
            for (index, name) in names.prefix(6).enumerated() {
                if index > 0 { ", " }
                Words.cut(name, to: 100)
            }
            if names.count > 6 { " and \(names.count - 6) more" }
        }
    }
}
