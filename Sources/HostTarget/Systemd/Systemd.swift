// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Synchronization

/// The machine's systemd, asked over D-Bus (org.freedesktop.systemd1(5)).
///
/// A connection lasts for one question or act: nothing is lost when the bus restarts, and no thread owns anything.
struct Systemd: ServiceManager {
    static let destination = "org.freedesktop.systemd1"
    static let path = "/org/freedesktop/systemd1"
    static let manager = "org.freedesktop.systemd1.Manager"
    static let unit = "org.freedesktop.systemd1.Unit"

    /// How long a service may take to start or stop, beyond systemd's own limit for it, 90 s by default.
    private static let jobDeadline: Duration = .seconds(180)

    func state(of service: ServiceName) throws(HostFault) -> ServiceState {
        let bus = try Bus()
        return try Self.state(of: service, bus)
    }

    private static func state(of service: ServiceName, _ bus: borrowing Bus) throws(HostFault) -> ServiceState {
        var answer = try bus.call("LoadUnit", of: manager, at: path, in: destination, [.text(service.text)])
        guard let place = answer.text("o")?.string else { throw HostFault("systemd does not know \(service)") }
        let load: ServiceState.Load
        switch try bus.text("LoadState", of: unit, at: place) {
        case "loaded": load = .loaded
        case "not-found": return .absent
        case "masked": load = .masked
        case let other: load = .broken(other)
        }
        let activity: ServiceState.Activity
        switch try bus.text("ActiveState", of: unit, at: place) {
        case "active", "reloading", "refreshing", "maintenance": activity = .active
        // Also `auto-restart`: systemd waits for RestartSec= and starts it by itself.
        case "activating": activity = .starting
        case "deactivating": activity = .stopping
        case "failed": activity = .failed(result(of: service, bus, at: place))
        default: activity = .inactive
        }
        let enablement: ServiceState.Enablement
        switch try bus.text("UnitFileState", of: unit, at: place) {
        case "enabled", "enabled-runtime", "linked", "linked-runtime": enablement = .enabled
        case "static", "generated", "transient", "alias": enablement = .fixed
        default: enablement = .disabled
        }
        return ServiceState(
            load: load, activity: activity, enablement: enablement,
            isStale: try bus.flag("NeedDaemonReload", of: unit, at: place))
    }

    private static func result(of service: ServiceName, _ bus: borrowing Bus, at place: String) -> Text {
        let kinds = ["service": "Service", "timer": "Timer", "socket": "Socket", "path": "Path"]
        let suffix = service.string.split(separator: ".").last.map(String.init) ?? ""
        let interface = "org.freedesktop.systemd1.\(kinds[suffix] ?? "Service")"
        return (try? bus.text("Result", of: interface, at: place)) ?? "unknown"
    }

    func reloadDefinitions() throws(HostFault) {
        let bus = try Bus()
        _ = try bus.call("Reload", of: Self.manager, at: Self.path, in: Self.destination)
    }

    func perform(_ act: ServiceAct, on service: ServiceName) throws(HostFault) {
        let bus = try Bus()
        func ask(_ member: String, _ arguments: [Bus.Argument]) throws(HostFault) -> BusMessage {
            try bus.call(member, of: Self.manager, at: Self.path, in: Self.destination, arguments)
        }
        switch act {
        case .enable:
            _ = try ask("EnableUnitFiles", [.texts([service.text]), .flag(false), .flag(false)])
            _ = try ask("Reload", [])
        case .disable:
            _ = try ask("DisableUnitFiles", [.texts([service.text]), .flag(false)])
            _ = try ask("Reload", [])
        case .start, .restart:
            // One that failed too often is not started before that is forgotten.
            if case .failed = try Self.state(of: service, bus).activity {
                _ = try? ask("ResetFailedUnit", [.text(service.text)])
            }
            try run(act == .start ? "StartUnit" : "RestartUnit", service, bus)
        case .stop: try run("StopUnit", service, bus)
        case .reload: try run("ReloadOrRestartUnit", service, bus)
        }
    }

    /// Has systemd do a job and waits for its end.
    private func run(_ member: String, _ service: ServiceName, _ bus: borrowing Bus) throws(HostFault) {
        _ = try bus.call("Subscribe", of: Self.manager, at: Self.path, in: Self.destination)
        try bus.subscribe(
            to: "type='signal',sender='\(Self.destination)',interface='\(Self.manager)',member='JobRemoved'")
        var answer = try bus.call(
            member, of: Self.manager, at: Self.path, in: Self.destination, [.text(service.text), .text("replace")])
        guard let job = answer.text("o") else { throw HostFault("systemd gave no job for \(service)") }
        let end = ContinuousClock.now.advanced(by: Self.jobDeadline)
        while true {
            while var message = try bus.next() {
                guard message.isSignal("JobRemoved", of: Self.manager), message.number() != nil,
                    message.text("o") == job, message.text() != nil, let result = message.text()
                else { continue }
                return try Self.check(result, member, service)
            }
            let rest = ContinuousClock.now.duration(to: end)
            guard rest > .zero else {
                throw HostFault("\(service): systemd is still at it after \(Self.jobDeadline): see systemctl list-jobs")
            }
            try bus.wait(rest)
        }
    }

    private static func check(_ result: Text, _ member: String, _ service: ServiceName) throws(HostFault) {
        let act = member.prefix { $0 != "U" }.lowercased()
        switch result {
        case "done", "skipped": return
        case "failed": throw HostFault("\(service) did not \(act): see journalctl --unit \(service)")
        case "timeout": throw HostFault("\(service) did not \(act) in its time: see journalctl --unit \(service)")
        case "dependency": throw HostFault("\(service) did not \(act): something that it depends on failed")
        case "canceled": throw HostFault("\(service) did not \(act): someone cancelled it")
        case let other: throw HostFault("\(service) did not \(act): \(other)")
        }
    }
}
