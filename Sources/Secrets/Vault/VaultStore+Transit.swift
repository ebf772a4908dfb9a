// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

extension VaultStore {
    /// Asks the transit engine of the same server, as the same one.
    package func post(_ path: Text, _ body: Secret<[UInt8]>) async throws(StoreError) -> VaultResponse {
        let (token, isFresh) = try await token()
        let response = try await send(transit(path, body, token))
        guard response.status == 403, !isFresh, !isStatic else { return response }
        session.end()
        return try await send(transit(path, body, try await self.token().token))
    }

    private func transit(_ path: Text, _ body: Secret<[UInt8]>, _ token: Secret<Text>) -> VaultRequest {
        var request = request(.post, path, token: token)
        request.body = body
        return request
    }
}
