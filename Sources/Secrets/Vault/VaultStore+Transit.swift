// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

extension VaultStore {
    /// Asks the transit engine of the same server, as the same one.
    package func post(_ path: Text, _ body: Secret<[UInt8]>) async throws(StoreError) -> VaultResponse {
        try await asSignedIn { token throws(StoreError) in
            var request = request(.post, path, token: token)
            request.body = body
            return try await send(request)
        }
    }
}
