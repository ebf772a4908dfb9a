// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import ArgumentParser

struct AuthTokenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token",
        abstract: "Make, list and revoke tokens.",
        discussion: """
            A token may do what it was made for, and what role bindings give to its name. Only its hash is kept.

            Examples:
              trimtab auth token create ci --allow read --allow sync --project shop --for 90d
              trimtab auth token list
              trimtab auth token revoke ci --reason "leaked in a log"
            """,
        subcommands: [AuthTokenCreateCommand.self, AuthTokenListCommand.self, AuthTokenRevokeCommand.self])
}
