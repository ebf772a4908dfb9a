// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Engine
import Journal
import Manifest
import Model

/// Keeps what clusters say of themselves: on record first, and used from then on.
actor CapabilityDesk {
    private struct Client {
        var driver: any TargetDriver
        /// When it is to be asked again.
        var next: Moment
    }

    private typealias Answer = Result<Capabilities?, TargetError>

    private(set) var known: [TargetName: Capabilities]
    private var clients: [TargetName: Client] = [:]
    private let recorder: any EventRecorder
    private let clocks: Clocks

    /// Between two questions to one cluster, which cost an old server a request for each group of its API; after one that
    /// had no answer.
    private static let interval = Duration.seconds(900), retry = Duration.seconds(30)
    /// How long a cluster may take to answer before units are rendered with what is on record.
    private static let patience = Duration.seconds(5)

    /// - Parameter known: what is on record.
    init(known: [TargetName: Capabilities], recorder: any EventRecorder, clocks: Clocks) {
        self.known = known
        self.recorder = recorder
        self.clocks = clocks
    }

    /// Asks targets that are served from now on, all at once.
    func admit(_ drivers: [TargetName: any TargetDriver]) async {
        for (target, driver) in drivers { clients[target] = Client(driver: driver, next: clocks.monotonic()) }
        if !drivers.isEmpty { _ = await look() }
    }

    /// Asks those targets that are due, and gives those that say something else than before.
    func look() async -> Set<TargetName> {
        let now = clocks.monotonic()
        let due = clients.filter { $0.value.next <= now }
        let answers: [TargetName: Answer] = await withTaskGroup(of: (TargetName, Answer).self) { group in
            for (target, client) in due {
                let before = known[target]
                group.addTask { (target, await Self.ask(client.driver, since: before)) }
            }
            var answers: [TargetName: Answer] = [:]
            for await (target, answer) in group { answers[target] = answer }
            return answers
        }
        var changed: Set<TargetName> = []
        for (target, answer) in answers.sorted(by: { $0.key < $1.key }) {
            switch answer {
            case .failure: clients[target]?.next = clocks.monotonic().advanced(by: Self.retry)
            // A host, which has nothing to say.
            case .success(.none): clients[target] = nil
            case .success(.some(let found)):
                clients[target]?.next = clocks.monotonic().advanced(by: Self.interval)
                if await note(found, of: target) { changed.insert(target) }
            }
        }
        return changed
    }

    private func note(_ found: Capabilities, of target: TargetName) async -> Bool {
        guard known[target] != found else { return false }
        do {
            _ = try await recorder.record([CapabilitiesSeen(target: target, capabilities: found).draft])
            known[target] = found
            return true
        } catch {
            // What is not on record is not used.
            clients[target]?.next = clocks.monotonic().advanced(by: Self.retry)
            return false
        }
    }

    private static func ask(_ driver: any TargetDriver, since known: Capabilities?) async -> Answer {
        await withTaskGroup(of: Answer.self) { group in
            group.addTask {
                do throws(TargetError) {
                    return .success(try await driver.capabilities(since: known))
                } catch {
                    return .failure(error)
                }
            }
            group.addTask {
                try? await Task.sleep(for: patience)
                return .failure(TargetError(reason: "the cluster does not answer", isTransient: true))
            }
            let first = await group.next()
            group.cancelAll()
            return first ?? .failure(TargetError(reason: "cancelled", isTransient: true))
        }
    }
}

extension Journal {
    /// What is on record of targets: the newest of each.
    func capabilities() async throws(JournalError) -> [TargetName: Capabilities] {
        let filter = JournalFilter(kinds: [.capabilitiesSeen], order: .newestFirst, limit: 1000)
        var known: [TargetName: Capabilities] = [:]
        for event in try await events(filter) {
            guard let seen = event.payload(as: CapabilitiesSeen.self), known[seen.target] == nil else { continue }
            known[seen.target] = seen.capabilities
        }
        return known
    }
}
