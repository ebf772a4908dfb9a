// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Fleet
import Journal
import Logging
import Manifest
import Model
import Notifications
import ServiceLifecycle

/// Tells receivers what the journal records: each notification on its own, in the journal's order, one request at a time.
actor NotificationDesk {
    private let journal: Journal
    private let fleet: FleetDesk
    /// Where people reach the pages, for receivers that say nothing else.
    private let hub: Text?
    private let receivers: ReceiverFolder
    private let file: OutboxFile
    private let transport = NotificationTransport()
    private let mail = MailTransport()
    private let clocks: Clocks
    private let log: Logger
    private let count: @Sendable (Result) -> Void
    private var lanes: [NotificationName: Lane] = [:]
    private var waits: [NotificationName: Moment] = [:]
    /// When alerts that fire were told last.
    private var renewed: [NotificationName: Moment] = [:]
    private var complaints: [NotificationName: Text] = [:]
    private let turnstile = Turnstile()

    /// What came of a try, for metrics.
    enum Result: String, Sendable, CaseIterable {
        case told, retried, refused
    }

    /// Events read at once.
    private static let page = 500

    init(
        state: String, journal: Journal, fleet: FleetDesk, hub: Text?, clocks: Clocks, log: Logger,
        count: @escaping @Sendable (Result) -> Void
    ) {
        self.journal = journal
        self.fleet = fleet
        self.hub = hub
        self.clocks = clocks
        self.log = log
        self.count = count
        receivers = ReceiverFolder(state: state)
        file = OutboxFile(path: state + "/notifications.json")
    }

    /// Finds how far everything has been told, before anything new happens.
    func prepare() async {
        do { lanes = try await file.read() } catch {
            log.error(
                "how far notifications were told is not known; they go on from here", metadata: ["reason": "\(error)"])
        }
        let newest = journal.newest
        for name in lanes.keys { lanes[name]?.clamp(to: newest) }
        _ = await admit(await fleet.telling)
    }

    private enum Signal: Sendable {
        case news
        case ended(NotificationName)
    }

    /// Until the daemon stops. What is being told then is told to its end, so that it need not be told again.
    func run() async {
        await withTaskGroup(of: Signal.self) { group in
            var running: Set<NotificationName> = []
            group.addTask { [clocks] in await Self.pause(clocks) }
            while let signal = await group.next() {
                if Task.isCancelled || Task.isShuttingDownGracefully { continue }
                switch signal {
                case .news: group.addTask { [clocks] in await Self.pause(clocks) }
                case .ended(let name): running.remove(name)
                }
                let telling = await fleet.telling
                for rule in await admit(telling) where !running.contains(rule.name) && isDue(rule.name) {
                    running.insert(rule.name)
                    group.addTask {
                        await self.attempt(rule, fleet: telling.fleet)
                        return .ended(rule.name)
                    }
                }
            }
        }
    }

    /// What comes within it is told together.
    private static func pause(_ clocks: Clocks) async -> Signal {
        try? await cancelWhenGracefulShutdown {
            try await clocks.sleep(clocks.monotonic().advanced(by: .seconds(1)))
        }
        return .news
    }

    private func isDue(_ name: NotificationName) -> Bool {
        guard let lane = lanes[name] else { return false }
        if let wait = waits[name], clocks.monotonic() < wait { return false }
        return lane.position < journal.newest || mustRenew(name)
    }

    private func mustRenew(_ name: NotificationName) -> Bool {
        guard let lane = lanes[name], !lane.alerts.firing.isEmpty else { return false }
        guard let last = renewed[name] else { return true }
        return clocks.monotonic().duration(since: last) >= AlertBook.interval
    }

    /// Gives a place in the journal to notifications that are new, and forgets those that somebody took out.
    private func admit(_ telling: FleetDesk.Telling) async -> [NotificationRule] {
        var changed = false
        for rule in telling.rules where lanes[rule.name] == nil {
            lanes[rule.name] = Lane(position: journal.newest)
            changed = true
        }
        if telling.isComplete {
            let named = Set(telling.rules.map(\.name))
            for name in lanes.keys where !named.contains(name) && !telling.broken.contains(name.text) {
                (lanes[name], waits[name], renewed[name], complaints[name]) = (nil, nil, nil, nil)
                changed = true
            }
        }
        if changed {
            try? await journal.settle()
            await save()
        }
        return telling.rules
    }

    private func save() async {
        // In turn, so that an older state does not take the place of a newer one.
        await turnstile.enter()
        do { try await file.write(lanes) } catch {
            log.error("how far notifications were told cannot be written down", metadata: ["reason": "\(error)"])
        }
        await turnstile.leave()
    }

    /// One page of events, and at most one request.
    private func attempt(_ rule: NotificationRule, fleet name: Text) async {
        guard let lane = lanes[rule.name] else { return }
        do {
            let receiver = try await receivers.receiver(rule.connection, for: rule.owner)
            // Nobody is told of what a loss of power may still take.
            let newest = journal.newest
            try await journal.settle()
            let events = try await journal.events(
                EventFilter(after: lane.position, before: newest &+ 1, limit: Self.page))
            let facts = await fleet.facts(of: events)
            let reach = Lane.reach(of: events, page: Self.page, newest: newest)
            if receiver.form == .alertmanager {
                await tellAlerts(events, through: reach, by: rule, fleet: name, receiver, facts)
            } else {
                await tell(events, through: reach, by: rule, fleet: name, receiver, facts)
            }
        } catch {
            await failed(rule, "\(Text("\(error)"))", asked: nil)
        }
    }

    private func tell(
        _ events: [Event], through last: UInt64, by rule: NotificationRule, fleet name: Text, _ receiver: Receiver,
        _ facts: [UInt64: UnitFacts]
    ) async {
        guard var lane = lanes[rule.name] else { return }
        var wanted = rule
        var statuses: [Text: CommitStatus] = [:]
        if case .statuses = receiver.form {
            // Of commits the good news counts as well.
            wanted.severity = rule.severity ?? .info
            for event in events {
                if let status = await fleet.status(of: event) { statuses[Message.id(of: event.id)] = status }
            }
        }
        var waiting = messages(for: events, by: wanted, fleet: name, hub: receiver.hub ?? hub) {
            facts[$0.id.sequence]
        }
        if case .statuses = receiver.form { waiting = waiting.filter { statuses[$0.id] != nil } }
        let step = lane.next(waiting, readThrough: last, receiver.form)
        let now = clocks.wall()
        if case .tell = step { lane.tries(at: now) }
        lanes[rule.name] = lane
        guard case .tell(let batch) = step else { return }
        // What is about to be told, before it is.
        await save()
        let status = batch.first.flatMap { statuses[$0.id] }
        let delivery: Delivery
        if case .mail(let server) = receiver.form {
            guard let letter = Letter(batch, by: rule.name.text, from: server) else { return await ended(rule, nil) }
            let sent = await mail.send(letter, by: server, password: receiver.token)
            delivery = sent.0
            if !sent.refused.isEmpty { complain(rule, Text(sent.refused.map(\.string).joined(separator: ", "))) }
        } else {
            guard let request = receiver.request(for: batch, by: rule.name.text, status: status, now: now) else {
                return await ended(rule, nil)
            }
            delivery = await transport.send(request)
        }
        switch delivery {
        case .done: await ended(rule, .told)
        case .refused(let reason):
            complain(rule, "\(reason); \(batch.count) messages are given up")
            await ended(rule, .refused)
        case .later(let reason, let asked):
            if lanes[rule.name]?.isHopeless(at: now) ?? false {
                complain(rule, "\(reason) for a day; \(batch.count) messages are given up")
                return await ended(rule, .refused)
            }
            await failed(rule, reason, asked: asked)
        }
    }

    private func tellAlerts(
        _ events: [Event], through last: UInt64, by rule: NotificationRule, fleet name: Text, _ receiver: Receiver,
        _ facts: [UInt64: UnitFacts]
    ) async {
        guard let lane = lanes[rule.name] else { return }
        let news = AlertNews(events, by: rule, since: lane.alerts, fleet: name, hub: receiver.hub ?? hub) {
            facts[$0.id.sequence]
        }
        let isRenewal = mustRenew(rule.name)
        let alerts = news.alerts(renewing: isRenewal)
        let key = Text("\(rule.name)/\(last)")
        guard let request = receiver.request(telling: alerts, key: key, now: clocks.wall()) else {
            lanes[rule.name]?.moved(to: last, news.book)
            return
        }
        switch await transport.send(request) {
        case .done:
            if isRenewal { renewed[rule.name] = clocks.monotonic() }
            let isNew = lanes[rule.name]?.position != last
            lanes[rule.name]?.moved(to: last, news.book)
            complaints[rule.name] = nil
            if !news.changed.isEmpty { count(.told) }
            if isNew { await save() }
        case .refused(let reason):
            complain(rule, "\(reason); \(alerts.count) alerts are given up")
            if isRenewal { renewed[rule.name] = clocks.monotonic() }
            lanes[rule.name]?.moved(to: last, news.book)
            count(.refused)
            await save()
        case .later(let reason, let asked): await failed(rule, reason, asked: asked)
        }
    }

    private func ended(_ rule: NotificationRule, _ result: Result?) async {
        lanes[rule.name]?.ended()
        waits[rule.name] = nil
        if result == .told { complaints[rule.name] = nil }
        if let result { count(result) }
        await save()
    }

    private func failed(_ rule: NotificationRule, _ reason: Text, asked: Duration?) async {
        let wait = lanes[rule.name]?.failed(asked: asked, jitter: Double.random(in: 0...1)) ?? .seconds(60)
        waits[rule.name] = clocks.monotonic().advanced(by: wait)
        count(.retried)
        complain(rule, reason)
    }

    /// Once for each thing that is wrong.
    private func complain(_ rule: NotificationRule, _ reason: Text) {
        guard complaints.updateValue(reason, forKey: rule.name) != reason else { return }
        log.warning("Notification/\(rule.name), by the connection \(rule.connection): \(reason)")
    }
}

struct NotificationService: Service {
    let notifications: NotificationDesk

    func run() async throws {
        await notifications.run()
    }
}
