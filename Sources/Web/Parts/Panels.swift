// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Manifest

/// Pieces that several pages are made of.
enum Panel {
    /// What a reader must not miss.
    static func callout(_ tone: Tone, _ mark: Mark, _ title: String, @HTMLBuilder content: () -> HTML) -> HTML {
        H.div(.class("callout \(tone.rawValue)")) {
            mark.html
            H.div {
                H.p(.class("callout-title")) { title }
                content()
            }
        }
    }

    static func empty(_ title: String, _ words: String) -> HTML {
        H.div(.class("empty")) {
            H.p(.class("empty-title")) { title }
            H.p { words }
        }
    }

    /// What could not be looked up, instead of it.
    static func failure(_ error: APIError) -> HTML {
        callout(.careful, .unknown, "This cannot be shown just now") {
            said(error)
            for problem in error.problems.prefix(20) { problem.html }
        }
    }

    /// An act that was tried.
    static func notDone(_ error: APIError) -> HTML { callout(.bad, .failed, "It was not done") { said(error) } }

    private static func said(_ error: APIError) -> HTML {
        HTML {
            H.p { Words.cut(error.message, to: 2000) }
            if let advice = error.advice { H.p(.class("advice")) { Words.cut(advice, to: 1000) } }
        }
    }

    static func fact(_ name: String, @HTMLBuilder value: () -> HTML) -> HTML {
        H.div {
            H.dt { name }
            H.dd(content: value)
        }
    }

    static func heading(_ title: Text, @HTMLBuilder below: () -> HTML) -> HTML {
        H.header(.class("heading")) {
            H.h1 { title }
            below()
        }
    }

    /// `Newer` and `Older`, or numbered pages: links that are there or not.
    static func pager(_ words: String, back: (name: String, link: Link)?, on: (name: String, link: Link)?) -> HTML {
        H.nav(.class("pager"), .ariaLabel("Pages")) {
            if let back { H.a(.class("button"), .href(back.link), .rel("prev")) { "← \(back.name)" } }
            H.span(.class("soft")) { words }
            if let on { H.a(.class("button"), .href(on.link), .rel("next")) { "\(on.name) →" } }
        }
    }
}
