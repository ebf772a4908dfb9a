// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// Whoever runs the services of a machine: systemd, or a twin in memory. Calls block.
protocol ServiceManager: Sendable {
    func state(of service: ServiceName) throws(HostFault) -> ServiceState

    /// Done when it returns: a service that was to start has started, or a fault says why not.
    func perform(_ act: ServiceAct, on service: ServiceName) throws(HostFault)

    /// Reads the files of all services again.
    func reloadDefinitions() throws(HostFault)

    /// Reports services that changed until cancelled; `nil` when any may have. Begins with that: what happened before
    /// is not known.
    func watch(_ report: @escaping @Sendable (ServiceName?) -> Void) async
}

/// What is done to a service.
enum ServiceAct: String, Sendable, Hashable {
    case enable, disable
    case start, stop
    /// A service that cannot reload is restarted.
    case reload
    case restart
}

/// A service as its manager knows it.
struct ServiceState: Sendable, Hashable {
    enum Load: Sendable, Hashable {
        case loaded
        case notFound
        case masked
        /// Its file is bad, and how.
        case broken(Text)
    }

    enum Activity: Sendable, Hashable {
        case active
        /// Also while its manager waits to start it again by its own `Restart=`.
        case starting
        case stopping
        case inactive
        /// What its manager says of the end: `exit-code`, `start-limit-hit`.
        case failed(Text)

        var isRunning: Bool { self == .active || self == .starting }

        var words: Text {
            switch self {
            case .active: "running"
            case .starting: "starting"
            case .stopping: "stopping"
            case .inactive: "stopped"
            case .failed(let result): "failed (\(result))"
            }
        }
    }

    enum Enablement: Sendable, Hashable {
        case enabled, disabled
        /// Started by others only: it has nothing that enabling could do.
        case fixed
    }

    var load: Load
    var activity: Activity
    var enablement: Enablement
    /// Its files changed since the manager read them.
    var isStale: Bool

    static let absent = ServiceState(load: .notFound, activity: .inactive, enablement: .disabled, isStale: false)
}
