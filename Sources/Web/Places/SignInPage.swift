// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import API
import Manifest

/// Where people say who they are.
package struct SignInPage: Sendable {
    let invitation: SignInInvitation

    package init(_ invitation: SignInInvitation) { self.invitation = invitation }

    package var content: PageContent {
        PageContent("Sign in") {
            H.div(.class("card sign-in")) {
                Panel.heading("Sign in") {
                    H.p(.class("lead")) { "To see the fleet, and to act on it as your roles allow." }
                }
                if let failure = invitation.failure { Panel.callout(.bad, .failed, failure.string) {} }
                if !invitation.providers.isEmpty {
                    H.ul(.class("providers")) {
                        for provider in invitation.providers.prefix(20) {
                            if let link = Link(local: provider.path) {
                                H.li {
                                    H.a(.class("button first"), .href(link)) {
                                        "Sign in with \(Words.cut(provider.title, to: 100))"
                                    }
                                }
                            }
                        }
                    }
                }
                token
            }
        }
    }

    private var token: HTML {
        HTML {
            if let action = Link(local: invitation.tokenPath) {
                H.form(.class("form"), .method("post"), .action(action)) {
                    H.input(.type("hidden"), .name("next"), .value(invitation.next))
                    H.div(.class("field")) {
                        H.label(.for("token")) { "Token" }
                        H.input(
                            .id("token"), .type("password"), .name("token"), .autocomplete("current-password"),
                            .required, .ariaDescribedBy("token-hint"))
                        H.p(.class("legend"), .id("token-hint")) {
                            "Made with "
                            H.code { "trimtab auth token create" }
                        }
                    }
                    H.div(.class("acts")) {
                        H.button(
                            .class(invitation.providers.isEmpty ? "button first" : "button"), .type("submit")
                        ) { "Sign in with the token" }
                    }
                }
            }
        }
    }
}
