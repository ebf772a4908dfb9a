// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Synchronization

@testable import HostTarget

/// The in-memory twin of systemd, which reads unit files nowhere: tests say what is there.
final class MemoryServices: ServiceManager {
    struct State: Sendable {
        var services: [ServiceName: ServiceState] = [:]
        /// What was asked, in order: `restart nginx.service`, `read definitions`.
        var acts: [String] = []
        /// Services that fail when they are started.
        var broken: Set<ServiceName> = []
        /// What appears when definitions are read.
        var appearing: [ServiceName: ServiceState] = [:]
        var report: (@Sendable (ServiceName?) -> Void)?
    }

    private let state = Mutex(State())

    func withState<Result: Sendable>(_ body: (inout sending State) -> sending Result) -> Result {
        state.withLock(body)
    }

    /// A service that is there, and how it is.
    func set(
        _ name: Text, _ activity: ServiceState.Activity = .active, _ enablement: ServiceState.Enablement = .enabled,
        load: ServiceState.Load = .loaded
    ) {
        guard let name = ServiceName(name) else { return }
        let report = state.withLock { state in
            state.services[name] = ServiceState(
                load: load, activity: activity, enablement: enablement, isStale: false)
            return state.report
        }
        report?(name)
    }

    /// What was asked since the last time.
    func takeActs() -> [String] {
        state.withLock { state in
            defer { state.acts = [] }
            return state.acts
        }
    }

    func state(of service: ServiceName) throws(HostFault) -> ServiceState {
        state.withLock { $0.services[service] ?? .absent }
    }

    func perform(_ act: ServiceAct, on service: ServiceName) throws(HostFault) {
        let isBroken = state.withLock { state in
            state.acts.append("\(act.rawValue) \(service)")
            let isBroken = state.broken.contains(service)
            switch act {
            case .enable: state.services[service]?.enablement = .enabled
            case .disable: state.services[service]?.enablement = .disabled
            case .start, .restart, .reload:
                state.services[service]?.activity = isBroken ? .failed("exit-code") : .active
            case .stop: state.services[service]?.activity = .inactive
            }
            return isBroken
        }
        if isBroken { throw HostFault("\(service) did not \(act.rawValue)") }
    }

    func reloadDefinitions() throws(HostFault) {
        state.withLock { state in
            state.acts.append("read definitions")
            state.services.merge(state.appearing) { known, _ in known }
        }
    }

    func watch(_ report: @escaping @Sendable (ServiceName?) -> Void) async {
        state.withLock { $0.report = report }
        report(nil)
        try? await Task.sleep(for: .seconds(86_400))
        state.withLock { $0.report = nil }
    }
}
