// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import API
import Manifest
package import Model

/// Who somebody is here, what they may do and why; and the tokens, for those who administer them.
package struct AccessPage: Sendable {
    /// What the roles say of one verb.
    package struct Right: Sendable {
        package var verb: Verb
        /// On what belongs to no unit, too.
        package var answer: AccessAnswer

        package init(verb: Verb, answer: AccessAnswer) {
            self.verb = verb
            self.answer = answer
        }
    }

    let rights: [Right]
    /// `nil` for a visitor who may not see them.
    let tokens: [TokenView]?
    let visitor: Visitor
    let times: Moments

    private static let mostTokens = 200

    package init(_ rights: [Right], tokens: [TokenView]?, _ visitor: Visitor, now: Time) {
        self.rights = rights
        self.tokens = tokens
        self.visitor = visitor
        times = Moments(now: now)
    }

    package static func look(
        _ operations: any Operations, _ visitor: Visitor, now: Time
    ) async throws(APIError) -> AccessPage {
        var rights: [Right] = []
        for verb in Verb.allCases {
            let answer = try await operations.decide(AccessQuestion(verb: verb), for: visitor.principal)
            rights.append(Right(verb: verb, answer: answer))
        }
        let mayAdminister = rights.contains { $0.verb == .admin && $0.answer.isAllowed }
        return AccessPage(
            rights, tokens: mayAdminister ? try await operations.tokens() : nil, visitor, now: now)
    }

    package var content: PageContent {
        PageContent("Access", in: .access) {
            Panel.heading("Access") {
                H.p(.class("lead")) {
                    "Who you are here, and what the roles of the fleet let you do. They are written in Git, in its platform "
                    "folder."
                }
            }
            H.div(.class("card")) {
                H.dl(.class("facts")) {
                    Panel.fact("You are") { Words.cut(visitor.actor.text, to: 300) }
                    Panel.fact("In the groups") { groups }
                }
            }
            H.section(.class("block"), .ariaLabelledBy("rights")) {
                H.h2(.id("rights")) { "What you may do" }
                table
            }
            if let tokens { tokenTable(tokens) }
        }
    }

    private var groups: HTML {
        HTML {
            let names = visitor.principal.groups
            if names.isEmpty { H.span(.class("soft")) { "none" } }
            for (index, name) in names.prefix(50).enumerated() {
                if index > 0 { ", " }
                Words.cut(name, to: 200)
            }
            if names.count > 50 { " and \(names.count - 50) more" }
        }
    }

    private var table: HTML {
        H.table(.class("list")) {
            H.caption(.class("vh")) { "Verbs, and on what you may do them" }
            H.thead {
                H.tr {
                    for title in ["To", "May you?", "Because"] { H.th(.scope("col")) { title } }
                }
            }
            H.tbody {
                for right in rights { line(right) }
            }
        }
    }

    private func line(_ right: Right) -> HTML {
        H.tr {
            H.th(.scope("row")) {
                right.verb.rawValue
                H.span(.class("soft")) { right.verb.words }
            }
            H.td {
                if right.answer.isAllowed {
                    Badge.html(.inSync, "Everywhere", .good)
                } else if visitor.may(right.verb) {
                    Badge.html(.progressing, "On some units", .busy)
                } else {
                    Badge.html(.missing, "No", .mute)
                }
            }
            H.td(.class("wide")) {
                if right.answer.isAllowed {
                    H.ul {
                        for ground in right.answer.grounds.prefix(10) { H.li { Words.cut(ground, to: 400) } }
                    }
                } else if visitor.may(right.verb) {
                    H.span(.class("soft")) { "The page of a unit offers what you may do with it." }
                } else {
                    H.span(.class("soft")) { "No role of yours allows it." }
                }
            }
        }
    }

    private func tokenTable(_ tokens: [TokenView]) -> HTML {
        H.section(.class("block"), .ariaLabelledBy("tokens")) {
            H.h2(.id("tokens")) { "Tokens" }
            if tokens.isEmpty {
                Panel.empty("No tokens", "trimtab auth token create makes them.")
            } else {
                H.table(.class("list")) {
                    H.caption(.class("vh")) { "Tokens" }
                    H.thead {
                        H.tr {
                            for title in ["Token", "Made for", "Made by", "Last used", "Ends"] {
                                H.th(.scope("col")) { title }
                            }
                        }
                    }
                    H.tbody {
                        for token in tokens.prefix(Self.mostTokens) { line(token) }
                    }
                }
                if tokens.count > Self.mostTokens {
                    H.p(.class("soft")) { "and \(Words.number(tokens.count - Self.mostTokens)) more" }
                }
            }
        }
    }

    private func line(_ token: TokenView) -> HTML {
        let verbs = Verb.allCases.filter(token.scope.verbs.contains).map(\.rawValue).joined(separator: ", ")
        let projects = token.scope.projects.sorted().prefix(10).map(\.description).joined(separator: ", ")
        return H.tr {
            H.th(.scope("row")) { token.name.text }
            H.td {
                verbs.isEmpty ? "what bindings give it" : verbs
                if !projects.isEmpty { H.span(.class("why")) { "in \(projects)" } }
            }
            H.td {
                Words.cut(token.creator.text, to: 200)
                H.span(.class("why")) { times.ago(token.created) }
            }
            H.td { token.used.map(times.ago) ?? HTML("never") }
            H.td {
                if token.expires < times.now {
                    Badge.html(.missing, "Ended", .mute)
                } else {
                    times.ago(token.expires)
                }
            }
        }
    }
}

extension Verb {
    /// What it lets somebody do.
    fileprivate var words: String {
        switch self {
        case .read: "look at units, plans, events"
        case .sync: "sync, cancel, look for commits"
        case .pause: "pause and resume"
        case .rollback: "roll back, and take that back"
        case .confirm: "let through what a guard holds back"
        case .approve: "agree to plans of others"
        case .accept: "let rewritten history count"
        case .audit: "check the journal"
        case .admin: "tokens, and what others may do"
        }
    }
}
