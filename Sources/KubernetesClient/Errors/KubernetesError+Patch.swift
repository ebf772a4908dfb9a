// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

extension KubernetesError {
    /// Whether the object is not what the patch tests for.
    ///
    /// A server says only that the patch does not fit (422, `Invalid`, without a cause, as `NewGenericServerResponse` of
    /// `k8s.io/apimachinery` makes it); what it has against the result of one that fits has causes.
    func isFailedTest(of patch: Patch) -> Bool {
        guard case .json(let operations) = patch, code == .invalid, causes.isEmpty else { return false }
        return operations.contains { $0["op"] == "test" }
    }

    var asConflict: KubernetesError {
        var error = self
        error.code = .conflict
        error.message = "it was changed meanwhile"
        return error
    }
}
