// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// Where messages go, and in which shape: a file of the operator's folder.
package struct Receiver: Sendable {
    package enum Form: Sendable, Hashable {
        /// An incoming webhook of Slack, Mattermost, or who else takes `{"text": …}`.
        case slack
        /// CloudEvents 1.0 over HTTP.
        case cloudEvents(Mode)
        /// Alertmanager's API, version 2.
        case alertmanager
        /// Statuses of commits.
        case statuses(Forge)
        /// Mail over SMTP.
        case mail(MailServer)
    }

    package enum Mode: String, Sendable, Hashable, CaseIterable { case structured, binary }

    package enum Forge: String, Sendable, Hashable, CaseIterable { case github, gitlab, gitea }

    package var form: Form
    /// Of the receiver; for Alertmanager and forges what its API's paths are appended to. Without a slash at its end. Mail does not use
    /// it.
    package var url: Secret<Text>
    /// Of a mail server the password.
    package var token: Secret<Text>?
    /// Signs requests as Standard Webhooks do.
    package var secret: Secret<Text>?
    package var allowsPlainHTTP: Bool
    package var allowsPlainSMTP: Bool
    /// Where people reach the pages.
    package var hub: Text?
    /// Projects whose own notifications may use it; the platform's may in any case.
    package var projects: [Text]
}
