// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import API
import Manifest

/// Why there is no page.
package enum FailurePage {
    package static func content(_ error: APIError) -> PageContent {
        PageContent(Text(title(error.code)), status: error.code.httpStatus) {
            Panel.heading(Text(title(error.code))) { H.p(.class("lead")) { Words.cut(error.message, to: 2000) } }
            if let advice = error.advice { H.p(.class("advice")) { Words.cut(advice, to: 1000) } }
            for problem in error.problems.prefix(20) { problem.html }
            H.p(.class("block")) { H.a(.class("button"), .href(Link())) { "To the overview" } }
        }
    }

    private static func title(_ code: APIError.Code) -> String {
        switch code {
        case .invalid, .tooLarge: "That was not understood"
        case .notFound: "There is no such page"
        case .forbidden: "That is not for you to do"
        case .unauthenticated: "Sign in first"
        case .tooMany: "Too often"
        case .conflict, .blocked, .locked: "Things are not as they were"
        case .unavailable, .timedOut: "Not available just now"
        default: "That failed"
        }
    }
}
