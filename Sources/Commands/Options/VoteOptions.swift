// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import ArgumentParser
import Manifest
import Model

/// Which plan of which unit a person lets through or not, and why.
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

    /// - Parameters:
    ///   - wanted: What a plan waits for that is meant, in words.
    ///   - body: Gets the plan that has these digits.
    func run(
        on wanted: Text,
        _ body: @escaping @Sendable (any Operations, ApprovalRequest, Actor) async throws -> ActResult
    ) async throws {
        let actor = Environment.current.actor()
        let (unit, digits, reason) = (unit, Text(plan), act.text)
        let result = try await EngineAccess(request: try fleet.request(at: state)).with { engine in
            let status = try await unit.find(in: engine)
            let plan = try Self.plan(digits, of: status, wanted)
            return try await body(engine, ApprovalRequest(unit: status.unit, plan: plan, reason: reason), actor)
        }
        output.print(result)
    }

    private static func plan(_ digits: Text, of status: UnitStatus, _ wanted: Text) throws(APIError) -> Digest {
        // A whole digest needs no look at what waits, which is not told while the unit is being looked at.
        if let whole = Digest(hex: digits.string) { return whole }
        guard let waiting = status.block?.plan else {
            throw APIError(.conflict, "\(status.unit): no plan waits for \(wanted)")
        }
        guard waiting.hex.utf8.starts(with: digits.utf8) else {
            throw APIError(
                .conflict, "\(status.unit): the plan that waits is \(Text(waiting.short)), not \(digits)",
                advice: "look at it with \"trimtab plan \(Text(status.unit.inFleet))\"")
        }
        return waiting
    }
}
