// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import ArgumentParser
import Manifest
import Model

/// Which plan of which unit, and why.
struct VoteOptions: ParsableArguments {
    @OptionGroup var unit: UnitArgument
    @OptionGroup var state: ReachOptions
    @OptionGroup var fleet: FleetOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var act: ActOptions

    @Option(help: ArgumentHelp("The plan's digest, or its first digits (at least 8).", valueName: "digest"))
    var plan: String

    func validate() throws {
        guard plan.utf8.count >= 8 else { throw ValidationError("--plan needs at least 8 digits") }
    }

    func run(
        _ body: @escaping @Sendable (any Operations, ApprovalRequest, Principal) async throws -> ActResult
    ) async throws {
        let principal = Principal.local(Environment.current.actor())
        let (unit, digits, reason) = (unit, Text(plan), act.text)
        let result = try await EngineAccess(request: try fleet.request(at: state)).with { engine in
            let status = try await unit.find(in: engine)
            guard let waiting = status.block?.plan else {
                throw APIError(.conflict, "\(status.unit): no plan waits for an approval")
            }
            guard waiting.hex.utf8.starts(with: digits.utf8) else {
                throw APIError(
                    .conflict, "\(status.unit): the plan that waits is \(Text(waiting.short)), not \(digits)",
                    advice: "look at it with \"trimtab plan \(Text(status.unit.inFleet))\"")
            }
            return try await body(engine, ApprovalRequest(unit: status.unit, plan: waiting, reason: reason), principal)
        }
        output.print(result)
    }
}
