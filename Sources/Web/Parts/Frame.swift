// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
package import Manifest
import Model

/// What one page says, without what all pages share.
package struct PageContent: Sendable {
    package var title: Text
    /// Which entry of the navigation it belongs to.
    package var section: Section?
    package var main: HTML
    /// Where changes of it are told; `nil` for a page that does not change by itself.
    package var live: Link?
    /// The status of the answer.
    package var status: Int

    package enum Section: String, Sendable, CaseIterable {
        case overview = "Overview"
        case drift = "Drift"
        case approvals = "Approvals"
        case activity = "Activity"
        case targets = "Targets"
        case sources = "Sources"
        case projects = "Projects"
        case secrets = "Secrets"
        /// Behind the visitor's name, and in the foot of each page.
        case access = "Access"

        var link: Link { self == .overview ? Link() : Link([Text(rawValue.lowercased())]) }
    }

    init(_ title: Text, in section: Section? = nil, live: Link? = nil, status: Int = 200, @HTMLBuilder main: () -> HTML)
    {
        self.title = title
        self.section = section
        self.main = main()
        self.live = live
        self.status = status
    }
}

extension PageContent {
    /// The part of the page that is its own: all that a page which is open needs to be brought up to date.
    package var part: HTML {
        H.main(.id("content"), .tabIndex(-1), live.map(Attribute.dataLive)) { main }
    }

    /// The whole document.
    ///
    /// - Parameter visitor: who has signed in; `nil` when nobody has.
    package func document(for visitor: Visitor?) -> HTML {
        HTML {
            HTML(literal: "<!doctype html>\n")
            H.html(.lang("en")) {
                head
                H.body {
                    Mark.sprite
                    H.a(.class("skip"), .href(Link(here: "content"))) { "Skip to the content" }
                    top(visitor)
                    part
                    bottom(visitor)
                }
            }
        }
    }

    private var head: HTML {
        H.head {
            H.meta(.charset("utf-8"))
            H.title { title.appending(" · Trimtab") }
            H.meta(.name("viewport"), .content("width=device-width, initial-scale=1"))
            H.meta(.name("color-scheme"), .content("light dark"))
            H.link(.rel("icon"), .type("image/svg+xml"), .href(Asset.icon.link))
            H.link(.rel("stylesheet"), .href(Asset.stylesheet.link))
            H.script(.src(Asset.script.link), .defer) {}
        }
    }

    private func top(_ visitor: Visitor?) -> HTML {
        H.header(.class("top")) {
            H.a(.class("home"), .href(Link())) {
                HTML(
                    literal: """
                        <svg class="logo" viewBox="0 0 24 24" aria-hidden="true"><path d="M4 3h9.5v18H8.5C6 21 4 19 4 16.5z" \
                        class="rudder"/><path d="M15.5 11.5l4.5 1.2v6.1l-4.5-1.2z" class="tab"/></svg>
                        """)
                "Trimtab"
            }
            if visitor != nil { navigation }
            H.p(.class("pulse"), .id("pulse"), .role("status"), .hidden) {}
            if let visitor {
                ActForm(visitor, Link("sign-out"), class: "who")() {
                    H.a(.class("soft"), .href(Section.access.link), section == .access ? .ariaCurrent("page") : nil) {
                        Words.cut(visitor.actor.text, to: 60)
                    }
                    H.button(.type("submit")) { "Sign out" }
                }
            }
        }
    }

    private var navigation: HTML {
        H.nav(.class("sections"), .ariaLabel("Main")) {
            H.ul {
                for each in Section.allCases where each != .access {
                    H.li {
                        H.a(.href(each.link), each == section ? .ariaCurrent("page") : nil) { each.rawValue }
                    }
                }
            }
        }
    }

    private func bottom(_ visitor: Visitor?) -> HTML {
        H.footer(.class("bottom")) {
            H.p {
                "Trimtab \(Build.version). Git says where things should be; every correction is on record. "
                if visitor != nil { H.a(.href(Section.access.link)) { "What you may do here" } }
            }
            H.p(.class("vh"), .id("news"), .role("status")) {}
        }
    }
}
