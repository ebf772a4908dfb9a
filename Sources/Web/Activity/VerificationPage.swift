// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import API
import Manifest
package import Model

/// What reading the whole chain of the journal found.
package struct VerificationPage: Sendable {
    let verification: Verification
    let times: Moments

    package init(_ verification: Verification, now: Time) {
        self.verification = verification
        times = Moments(now: now)
    }

    package var content: PageContent {
        PageContent("Verification", in: .activity) {
            Panel.heading("Verification of the journal") {
                H.p(.class("lead")) {
                    "Read just now, every event: each holds a hash of the one before, so what was changed shows."
                }
            }
            if verification.isIntact {
                Panel.callout(.good, .inSync, "The chain holds") {
                    H.p { "\(Words.counted(Int(clamping: verification.events), "event")), none of them altered." }
                }
            } else {
                Panel.callout(.bad, .failed, "The chain is broken") {
                    H.ul {
                        for finding in verification.findings.prefix(200) {
                            H.li {
                                H.strong { Words.cut(finding.kind, to: 60) }
                                ": "
                                Words.cut(finding.reason, to: 600)
                            }
                        }
                    }
                }
            }
            H.div(.class("card")) {
                H.dl(.class("facts")) {
                    Panel.fact("Events read") { Words.number(Int(clamping: verification.events)) }
                    Panel.fact("Details erased") { Words.number(Int(clamping: verification.erased)) }
                    Panel.fact("Head of the chain") {
                        verification.head.map { HTML.code($0.hex) } ?? HTML("the journal is empty")
                    }
                    Panel.fact("Read at") { times.moment(times.now) }
                }
            }
            for remark in verification.remarks.prefix(50) { H.p(.class("notice")) { Words.cut(remark, to: 600) } }
            H.p(.class("block")) { H.a(.href(Link("activity"))) { "Back to the journal" } }
        }
    }
}

extension HTML {
    fileprivate static func code(_ text: String) -> HTML { H.code { text } }
}
