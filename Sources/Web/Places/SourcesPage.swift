// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import API
package import Manifest
package import Model

/// The repositories that are followed, and how that goes.
package struct SourcesPage: Sendable {
    let sources: [SourceStatus]
    let visitor: Visitor
    let words: [Text]
    let isRefreshed: Bool
    let times: Moments

    package init(
        _ sources: [SourceStatus], _ visitor: Visitor, words: [Text] = [], isRefreshed: Bool = false, now: Time
    ) {
        let sought = words.map { Bytes.lower($0) }
        self.sources = words.isEmpty ? sources : sources.filter { $0.isFound(by: sought) }
        self.words = words
        self.visitor = visitor
        self.isRefreshed = isRefreshed
        times = Moments(now: now)
    }

    package var content: PageContent {
        PageContent("Sources", in: .sources, live: Link("live")) {
            Panel.heading("Sources") {
                H.div(.class("title-row")) {
                    H.p(.class("lead")) { "The repositories that say how things should be." }
                    if visitor.may(.sync) {
                        ActForm(visitor, Link("sources", "refresh"))() {
                            H.button(.class("button"), .type("submit")) { "Look for new commits" }
                        }
                    }
                }
            }
            if isRefreshed { Panel.callout(.good, .healthy, "All sources were asked for new commits.") {} }
            SearchForm(PageContent.Section.sources.link, words, "Name, address, branch, reason").html
            H.div(.dataPart("sources")) {
                if sources.isEmpty, !words.isEmpty {
                    Panel.empty("No source matches", "Take a word out of the search.")
                } else if sources.isEmpty {
                    Panel.empty("No sources", "The fleet is read from a plain folder.")
                } else {
                    table
                }
            }
        }
    }

    private var table: HTML {
        H.table(.class("list")) {
            H.caption(.class("vh")) { "Sources" }
            H.thead {
                H.tr {
                    for title in ["Source", "State", "Follows", "Commit", "Last asked"] {
                        H.th(.scope("col")) { title }
                    }
                }
            }
            H.tbody {
                for source in sources.prefix(1000) { line(source) }
            }
        }
    }

    private func line(_ source: SourceStatus) -> HTML {
        H.tr {
            H.th(.scope("row")) {
                source.name.text
                H.span(.class("soft")) { address(source.url) }
            }
            H.td(.class("wide")) {
                Badge.html(source.state.mark, source.state.words, source.state.tone)
                if let reason = source.reason { H.span(.class("why")) { Words.cut(reason, to: 600) } }
            }
            H.td { Words.cut(source.following, to: 200) }
            H.td {
                source.commit?.html ?? HTML("none yet")
                if let refused = source.refused {
                    H.span(.class("why")) {
                        "refuses "
                        refused.html
                    }
                }
            }
            H.td {
                source.fetched.map(times.ago) ?? HTML("never")
                if let next = source.nextFetch {
                    H.span(.class("why")) {
                        "again "
                        times.ago(next)
                    }
                }
            }
        }
    }

    /// What a browser can follow is a link; a path, or an address for Git alone, is text.
    private func address(_ url: Text) -> HTML {
        guard let link = Link(elsewhere: url) else { return HTML(Words.cut(url, to: 300)) }
        return H.a(.href(link), .rel("noopener noreferrer")) { Words.cut(url, to: 300) }
    }
}

extension SourceStatus {
    /// - Parameter words: in lower case.
    fileprivate func isFound(by words: [[UInt8]]) -> Bool {
        let texts = [name.text, url, following, Text(state.rawValue), Text(commit?.hex ?? ""), reason ?? ""]
        return words.allSatisfy { word in texts.contains { Bytes.occurs(word, in: $0) } }
    }
}

extension SourceStatus.State {
    var words: String {
        switch self {
        case .ready: "Ready"
        case .waiting: "Waiting"
        case .failed: "Failed"
        case .refused: "Refused"
        }
    }

    var mark: Mark {
        switch self {
        case .ready: .inSync
        case .waiting: .pending
        case .failed: .failed
        case .refused: .blocked
        }
    }

    var tone: Tone {
        switch self {
        case .ready: .good
        case .waiting: .busy
        case .failed, .refused: .bad
        }
    }
}
