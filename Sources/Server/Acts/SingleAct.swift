// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import HTTPTypes
import Hummingbird
import Manifest
import Model

/// Does an act, or gives the answer that it had when it came with the same idempotency key before.
struct SingleAct {
    let route: MountedRoute
    let acts: ActMemory?

    private static let keyHeader = HTTPField.Name("idempotency-key")
    private static let replayHeader = HTTPField.Name("idempotent-replayed")

    func answer(
        _ request: Request, _ body: [UInt8], by principal: Principal, _ act: () async throws(APIError) -> Value
    ) async throws(APIError) -> Response {
        let keys = Self.keyHeader.map { request.headers[values: $0] } ?? []
        guard let key = keys.first else { return Answer.json(try await act()) }
        guard keys.count == 1 else {
            throw APIError(.invalid, "\(route.path): there is more than one idempotency key")
        }
        guard let acts, route.path != Routes.createToken.path else {
            // The answer holds a token, which is kept nowhere; the token's name keeps it from being made twice.
            throw APIError(.invalid, "\(route.path): takes no idempotency key", advice: "send it without one")
        }
        let content = Array(route.path.utf8) + [0x0A] + body
        switch try await acts.begin(Text(key), of: principal.actor.text, content) {
        case .answer(let status, let known):
            var response = Answer.answer(known, type: "application/json", status: HTTPResponse.Status(code: status))
            if let header = Self.replayHeader { response.headers[header] = "true" }
            return response
        case .begin(let id):
            do throws(APIError) {
                let bytes = JSON.write(try await act()) + [0x0A]
                await acts.end(id, (200, bytes))
                return Answer.answer(bytes, type: "application/json", status: .ok)
            } catch {
                let bytes = JSON.write(["error": error.wire]) + [0x0A]
                await acts.end(id, error.code.isBeforeAnyAct ? nil : (error.code.httpStatus, bytes))
                throw error
            }
        }
    }
}

extension APIError.Code {
    /// Whether nothing can have been done when this is the answer.
    fileprivate var isBeforeAnyAct: Bool {
        switch self {
        case .invalid, .notFound, .unauthenticated, .forbidden, .locked, .unavailable, .tooMany, .tooLarge, .reused:
            true
        case .conflict, .blocked, .timedOut, .failed: false
        }
    }
}
