// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
package import Model

/// The tokens that programs sign in with; needs neither fleet nor targets.
package protocol TokenOperations: Sendable {
    /// Ordered by name, those that have expired included. Nothing of what they are made of.
    func tokens() async throws(APIError) -> [TokenView]

    /// Makes a token. ``APIError/Code/conflict`` when there is one of that name that still counts.
    func createToken(_ request: TokenRequest, actor: Actor) async throws(APIError) -> IssuedToken

    /// Makes a token count no longer, at once. ``APIError/Code/notFound`` when there is none of that name.
    func revokeToken(_ name: TokenName, reason: Text, actor: Actor) async throws(APIError) -> ActResult
}

/// Who may do what.
package protocol AccessOperations: TokenOperations {
    /// Whether somebody may do something, and why. Says nothing about whether the unit is there.
    func decide(_ question: AccessQuestion, for principal: Principal) async throws(APIError) -> AccessAnswer

    /// The roles of the fleet, and who has them.
    func roles() async throws(APIError) -> RoleList
}
