// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model

/// What is wished of a service.
struct ServiceWish: Sendable, Hashable {
    var service: ServiceName
    /// `nil`: left as it is.
    var isEnabled: Bool?
    var isRunning: Bool?
    /// Something that it uses has changed, and what it is to do about that.
    var due: Reaction?
}

/// Decides what to do to a service. Pure.
struct ServiceDecision: Sendable, Hashable {
    var readsDefinitions = false
    var acts: [ServiceAct] = []
    var fields: [FieldDifference] = []

    var isNothing: Bool { !readsDefinitions && acts.isEmpty }

    /// What cannot be done is a fault with what to do about it.
    static func plan(_ wish: ServiceWish, _ live: ServiceState) throws(HostFault) -> ServiceDecision {
        let name = wish.service
        switch live.load {
        case .loaded: break
        case .notFound where wish.isRunning == false && wish.isEnabled != true: return ServiceDecision()
        case .notFound:
            throw HostFault("there is no \(name) on this host: declare its package in an earlier wave, or its unit")
        case .masked where wish.isRunning != true && wish.isEnabled != true: return ServiceDecision()
        case .masked: throw HostFault("\(name) is masked: run systemctl unmask \(name)")
        case .broken(let how): throw HostFault("systemd cannot load \(name): \(how): see systemctl status \(name)")
        }
        var decision = ServiceDecision()
        if live.isStale {
            decision.readsDefinitions = true
            decision.fields.append(.spec("unit", "not read since it changed", "read"))
        }
        try decision.decideEnablement(wish, live)
        decision.decideActivity(wish, live)
        return decision
    }

    private mutating func decideEnablement(_ wish: ServiceWish, _ live: ServiceState) throws(HostFault) {
        guard let isEnabled = wish.isEnabled else { return }
        switch (isEnabled, live.enablement) {
        case (true, .enabled), (false, .disabled), (false, .fixed): return
        case (true, .fixed):
            throw HostFault(
                "\(wish.service) cannot be enabled, only others start it: leave out spec.enabled, or give it [Install]")
        case (true, .disabled): acts.append(.enable)
        case (false, .enabled): acts.append(.disable)
        }
        fields.append(.spec("enabled", .bool(!isEnabled), .bool(isEnabled)))
    }

    private mutating func decideActivity(_ wish: ServiceWish, _ live: ServiceState) {
        if let isRunning = wish.isRunning, isRunning != live.activity.isRunning {
            // Whatever changed, it starts with that.
            if isRunning {
                acts.append(.start)
            } else if live.activity != .stopping {
                acts.append(.stop)
            } else {
                return
            }
            fields.append(.spec("running", .string(live.activity.words), .string(isRunning ? "running" : "stopped")))
            return
        }
        guard let due = wish.due else { return }
        fields.append(.spec(due == .reload ? "reloadOn" : "restartOn", "changed", Value("\(due.rawValue)ed")))
        if live.activity.isRunning { acts.append(due == .reload ? .reload : .restart) }
    }
}
