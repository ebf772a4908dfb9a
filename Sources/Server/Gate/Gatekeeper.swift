// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Hummingbird
import Manifest
import Model

/// Finds out who sent a request. What it gives always names somebody; whoever it does not know gets nothing but an error.
protocol Gatekeeper: Sendable {
    /// ``APIError/Code/unauthenticated`` for strangers.
    func admit(_ request: Request, _ context: Context) async throws(APIError) -> Admission
}

/// Somebody who was let in, with one request.
struct Admission: Sendable {
    let principal: Principal
    /// What other sites cannot know, where the request came with a cookie; `nil` for those who show with each request who
    /// they are, which no other site can make them do.
    var formToken: Text?
    /// Whether they would be let in again: for answers that stay open.
    var isGood: @Sendable () -> Bool = { true }
}
