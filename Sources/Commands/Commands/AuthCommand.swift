// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import ArgumentParser

struct AuthCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "auth",
        _superCommandName: "trimtab",
        abstract: "Who may do what, and the tokens that programs sign in with.",
        discussion: """
            Roles are written in the fleet (kinds Role and RoleBinding). The user that runs the daemon, and root, may do \
            everything at the machine itself.

            Examples:
              trimtab auth can-i sync web@prod
              trimtab auth explain sync web@prod --as ada@example.org --group shop-developers
              trimtab auth roles
              trimtab auth token create ci --allow read --allow sync --project shop --for 90d
            """,
        subcommands: [AuthCanICommand.self, AuthExplainCommand.self, AuthRolesCommand.self, AuthTokenCommand.self])
}
