// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import API
import Manifest
package import Model

/// What every ``Operations`` must do with a plan that waits for votes, the engine and its twin in memory alike. Returns what
/// it did wrong; empty is good.
package enum ApprovalConformance {
    /// - Parameter unit: waits for votes that it does not have.
    package static func violations(of operations: any Operations, _ unit: UnitID) async throws -> [String] {
        var found: [String] = []
        let before = try await block(of: unit, in: operations)
        guard let plan = before?.plan, before?.approval != nil else {
            return ["\(unit) does not say what it waits for"]
        }
        for digest in [plan, Digest(of: [])] {
            do throws(APIError) {
                _ = try await operations.confirm(unit, plan: digest, reason: "conformance", actor: .trimtab)
                found.append("a confirmation of \(digest.short) lets it through")
            } catch {
                if error.code != .conflict { found.append("a confirmation of \(digest.short) gives \(error.code)") }
            }
        }
        if try await block(of: unit, in: operations) != before { found.append("what it waits for is another thing") }
        return found
    }

    private static func block(of unit: UnitID, in operations: any Operations) async throws -> Block? {
        try await operations.status(of: UnitFilter(unit)).units.first?.block
    }
}
