// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import HTTPTypes
import Hummingbird
import Manifest
import Model
import Webhooks

/// Takes in webhooks, which need no session: each shows by its signature who sent it.
final class HookExchange: Sendable {
    private static let prefix: Text = "/v1/hooks/"

    private let desk: HookDesk
    private let patience: Duration
    private let now: @Sendable () -> Time
    private let attempts = SharedAttempts()
    private let strangers: StrangerBodies

    init(desk: HookDesk, strangers: StrangerBodies, patience: Duration, now: @escaping @Sendable () -> Time) {
        self.desk = desk
        self.strangers = strangers
        self.patience = patience
        self.now = now
    }

    /// `nil` when the path is that of something else. Who sent it and whether anything comes of it is not told.
    func answer(_ path: Text, _ request: Request, _ context: Context) async throws(APIError) -> Response? {
        guard request.method == .post, path.utf8.starts(with: Self.prefix.utf8),
            let name = Text(utf8: path.utf8.dropFirst(Self.prefix.utf8.count))
        else { return nil }
        if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > RepositoryHint.largestBody {
            throw APIError(.tooLarge, "\(path): the body has more than \(RepositoryHint.largestBody >> 20) MB")
        }
        let body = try await body(of: request, context.address)
        let headers = request.headers.map { (name: Text($0.name.canonicalName), value: Text($0.value)) }
        do throws(HookRefusal) {
            try await desk.take(HookRequest(headers: headers, body: body), for: name)
        } catch {
            throw refusal(error, context)
        }
        return Answer.json(["accepted": true], status: .accepted)
    }

    /// Who signs is not held up by another behind the same address who does not, as long as that one sends what it began.
    private func body(of request: Request, _ address: Text) async throws(APIError) -> [UInt8] {
        let isSuspect = attempts.wait(for: address, now: now()) != nil
        do throws(APIError) {
            return try await strangers.collect(
                request, of: address, isSuspect: isSuspect, limit: RepositoryHint.largestBody, within: patience,
                "webhooks")
        } catch {
            if error.code == .timedOut { attempts.noteFailure(of: address, now: now()) }
            throw error
        }
    }

    private func refusal(_ refusal: HookRefusal, _ context: Context) -> APIError {
        switch refusal {
        case .malformed(let reason): return APIError(.invalid, "the webhook cannot be read: \(reason)")
        case .stale:
            return APIError(.unauthenticated, "the webhook was signed at another time", advice: "look at the clocks")
        case .unsigned:
            let (address, now) = (context.address, now())
            attempts.noteFailure(of: address, now: now)
            guard let wait = attempts.wait(for: address, now: now) else {
                return APIError(.unauthenticated, "the webhook is not known here, or not signed as it must be")
            }
            return APIError(
                .tooMany, "too many webhooks from this address were not signed as they must be",
                advice: "try again in \(max(1, wait.components.seconds)) s")
        }
    }
}
