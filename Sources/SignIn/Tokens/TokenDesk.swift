// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import API
package import Manifest
package import Model
import Synchronization

/// Makes and revokes tokens, and knows those that count.
///
/// What is made is on record before it counts; what is revoked counts no longer before anything else is done.
package final class TokenDesk: Sendable {
    private let file: TokenFile
    private let book: Mutex<TokenBook>
    /// Revoked while the file could not say so.
    private let unsaved = Mutex<Set<TokenName>>([])
    private let changes = Changes()
    private let record: @Sendable ([EventDraft]) async throws -> Void
    private let now: @Sendable () -> Time

    /// One change at a time, so that files are written in order.
    private actor Changes {
        private var last: Task<Void, Never>?

        func inTurn<Result: Sendable>(
            _ body: @escaping @Sendable () async -> Swift.Result<Result, APIError>
        ) async throws(APIError) -> Result {
            let before = last
            let task = Task {
                await before?.value
                return await body()
            }
            last = Task { _ = await task.value }
            return try await task.value.get()
        }
    }

    /// The longest life of a token.
    package static let longestLife = Duration.seconds(366 * 86_400)

    /// - Parameters:
    ///   - path: of the file; made with the first token.
    ///   - record: writes into the journal.
    package static func open(
        path: String, now: @escaping @Sendable () -> Time,
        record: @escaping @Sendable ([EventDraft]) async throws -> Void
    ) async throws(APIError) -> TokenDesk {
        let file = TokenFile(path: path)
        return TokenDesk(file: file, book: try await file.read(), now: now, record: record)
    }

    private init(
        file: TokenFile, book: TokenBook, now: @escaping @Sendable () -> Time,
        record: @escaping @Sendable ([EventDraft]) async throws -> Void
    ) {
        self.file = file
        self.book = Mutex(book)
        self.now = now
        self.record = record
    }

    /// What a text stands for; `nil` for what counts for nothing.
    package func record(of text: Text) -> TokenRecord? {
        let now = now()
        return book.withLock { $0.record(of: text, now: now) }
    }

    package func isGood(_ name: TokenName) -> Bool {
        let now = now()
        return book.withLock { $0.isGood(name, now: now) }
    }

    package func isGood(_ name: TokenName, digest: Digest) -> Bool {
        let now = now()
        return book.withLock { $0[name]?.digest == digest && $0.isGood(name, now: now) }
    }

    /// Whether there is none that counts.
    package var isEmpty: Bool {
        let now = now()
        return book.withLock { book in !book.records.contains { now < $0.view.expires } }
    }

    /// Keeps when a token was used last, to within an hour.
    package func noteUse(of name: TokenName) async {
        let now = now()
        guard book.withLock({ $0.noteUse(of: name, now: now) }) else { return }
        // Nothing depends on it: the next change writes it, too.
        try? await changes.inTurn { await self.save() }
    }

    /// A token that is good for one sign-in in a browser, within a short time, as somebody who may do everything.
    package func invite(_ name: TokenName, for time: Duration, actor: Actor) async throws(APIError) -> IssuedToken {
        let scope = TokenScope(verbs: Set(Verb.allCases))
        let request = TokenRequest(name: name, scope: scope, expires: now().advanced(by: time), reason: "first sign-in")
        return try await create(request, isForOneSignIn: true, replacing: true, actor: actor)
    }

    /// Takes a token for one sign-in away, for whoever is first.
    package func redeem(_ record: TokenRecord) async throws(APIError) -> Bool {
        let isFirst = book.withLock { book in
            guard book[record.name] == record else { return false }
            book.remove(record.name)
            return true
        }
        if isFirst { try await changes.inTurn { await self.save() } }
        return isFirst
    }

    private func save() async -> Result<Void, APIError> {
        let book = book.withLock(\.self)
        do throws(APIError) {
            try await file.write(book)
            return .success(())
        } catch {
            return .failure(error)
        }
    }
}

extension TokenDesk: TokenOperations {
    package func tokens() async throws(APIError) -> [TokenView] { book.withLock { $0.records.map(\.view) } }

    package func createToken(_ request: TokenRequest, actor: Actor) async throws(APIError) -> IssuedToken {
        try await create(request, isForOneSignIn: false, replacing: false, actor: actor)
    }

    private func create(
        _ request: TokenRequest, isForOneSignIn: Bool, replacing: Bool, actor: Actor
    ) async throws(APIError) -> IssuedToken {
        let now = now()
        guard request.expires > now else { throw APIError(.invalid, "the end of the token lies in the past") }
        guard request.expires <= now.advanced(by: Self.longestLife) else {
            throw APIError(.invalid, "a token counts for 366 days at most", advice: "make another one then")
        }
        return try await changes.inTurn {
            do throws(APIError) {
                let (name, book) = (request.name, self.book.withLock(\.self))
                if !replacing, book.isGood(name, now: now) {
                    throw APIError(
                        .conflict, "there is a token \(name) already", advice: "revoke it first, or choose another name"
                    )
                }
                guard book.records.count < TokenBook.limit else {
                    throw APIError(.conflict, "there are \(TokenBook.limit) tokens already", advice: "revoke some")
                }
                let text = TokenText(of: name)
                let view = TokenView(
                    name: name, scope: request.scope, created: now, creator: actor, expires: request.expires)
                try await self.write(
                    EventDraft(
                        kind: TokenCreated.kind, actor: actor,
                        payload: TokenCreated(
                            token: name, scope: request.scope, expires: request.expires, reason: request.reason
                        ).value))
                var next = self.book.withLock(\.self)
                let record = TokenRecord(view: view, digest: text.digest, isForOneSignIn: isForOneSignIn)
                next.put(record)
                try await self.file.write(next)
                self.book.withLock { $0.put(record) }
                return .success(IssuedToken(token: view, text: text.text))
            } catch {
                return .failure(error)
            }
        }
    }

    package func revokeToken(_ name: TokenName, reason: Text, actor: Actor) async throws(APIError) -> ActResult {
        let wasThere = book.withLock { book in
            defer { book.remove(name) }
            return book[name] != nil
        }
        guard wasThere || unsaved.withLock({ $0.contains(name) }) else {
            throw APIError(.notFound, "there is no token \(name)", advice: "trimtab auth token list shows them")
        }
        return try await changes.inTurn {
            do throws(APIError) {
                try await self.saveRevoked(name)
                try await self.write(
                    EventDraft(
                        kind: TokenRevoked.kind, actor: actor,
                        payload: TokenRevoked(token: name, reason: reason).value))
                return .success(ActResult(message: "revoked \(name)"))
            } catch {
                return .failure(error)
            }
        }
    }

    /// What cannot be saved can be revoked again, or it would count after a restart.
    private func saveRevoked(_ name: TokenName) async throws(APIError) {
        do throws(APIError) {
            try await save().get()
            unsaved.withLock { _ = $0.remove(name) }
        } catch {
            unsaved.withLock { _ = $0.insert(name) }
            throw APIError(
                error.code, "\(name) counts no longer, but will after a restart: \(error.message)",
                advice: "make the state folder writable, and revoke it again")
        }
    }

    private func write(_ draft: EventDraft) async throws(APIError) {
        do {
            try await record([draft])
        } catch {
            throw APIError(.unavailable, "the journal cannot be written: \(Text("\(error)"))")
        }
    }
}
