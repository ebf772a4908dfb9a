// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import ArgumentParser
import Manifest

struct AuthRolesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "roles",
        abstract: "Show the roles of the fleet, and who has them.",
        discussion: """
            As the fleet's platform folder says it, with the roles that every fleet has. Through a hub it needs the right \
            to administer.

            Examples:
              trimtab auth roles
              trimtab auth roles --output json
            """)

    @OptionGroup var state: ReachOptions
    @OptionGroup var fleet: FleetOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let roles = try await EngineAccess(request: try fleet.request(at: state)).with { try await $0.roles() }
        output.print(roles.wire) { RoleReport(roles).lines(width: $0) }
    }
}
