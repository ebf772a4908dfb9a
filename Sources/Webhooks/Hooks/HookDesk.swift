// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
package import Model
import Synchronization

/// Takes in webhooks: who sent it, whether it came before, what it says, in this order.
package final class HookDesk: Sendable {
    /// What came of a request, for metrics. Who sent it is told less.
    package enum Result: String, Sendable, CaseIterable {
        /// Some sources are looked at soon.
        case hinted
        /// It tells of something else, or of what nobody follows.
        case nothing
        /// It came before.
        case repeated
        case refused, malformed
    }

    private let hooks: @Sendable () async -> [HookName: Webhook]
    private let hint: @Sendable (RepositoryHint, Webhook) async -> Bool
    private let count: @Sendable (Result) -> Void
    private let clocks: Clocks
    private let window: Mutex<ReplayWindow>
    private let remember: @Sendable ([Digest]) async -> Void
    /// What is asked of a hook that is not there, so that it takes as long.
    private let nobody: Secret<Text>

    /// - Parameters:
    ///   - hooks: those that there are now.
    ///   - window: what came before.
    ///   - remember: writes down what came, before it counts, so that it does not count again after a restart.
    ///   - hint: has what is hinted at looked at; whether there is anything of the kind.
    package init(
        clocks: Clocks, hooks: @escaping @Sendable () async -> [HookName: Webhook],
        count: @escaping @Sendable (Result) -> Void = { _ in },
        window: ReplayWindow = ReplayWindow(), remember: @escaping @Sendable ([Digest]) async -> Void = { _ in },
        hint: @escaping @Sendable (RepositoryHint, Webhook) async -> Bool
    ) {
        self.clocks = clocks
        self.hooks = hooks
        self.count = count
        self.hint = hint
        self.window = Mutex(window)
        self.remember = remember
        var numbers = SystemRandomNumberGenerator()
        nobody = Secret(Text(Hex.encode((0..<32).map { _ in UInt8.random(in: 0...255, using: &numbers) })))
    }

    /// Whoever may hint learns nothing of what became of it.
    package func take(_ request: HookRequest, for name: Text) async throws(HookRefusal) {
        do throws(HookRefusal) {
            count(try await result(of: request, for: name))
        } catch {
            if case .malformed = error { count(.malformed) } else { count(.refused) }
            throw error
        }
    }

    private func result(of request: HookRequest, for name: Text) async throws(HookRefusal) -> Result {
        let known = await hooks()
        guard let name = HookName(name), let hook = known[name] else {
            // Its signature does not fit, whatever it is.
            if let name = HookName("nobody") {
                _ = try Webhook(name: name, provider: .github, secrets: [nobody]).verify(request, now: clocks.wall())
            }
            throw .unsigned
        }
        let delivery = try hook.verify(request, now: clocks.wall())
        guard let hint = try delivery.hint() else { return .nothing }
        let now = clocks.monotonic()
        guard window.withLock({ $0.admit(delivery.marks, now: now) }) else { return .repeated }
        await remember(delivery.marks)
        return await self.hint(hint, hook) ? .hinted : .nothing
    }
}
