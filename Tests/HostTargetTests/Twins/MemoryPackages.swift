// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Synchronization

@testable import HostTarget

/// The in-memory twin of apt: an archive of versions, and what is installed from it.
final class MemoryPackages: PackageManager {
    struct State: Sendable {
        /// Newest first.
        var archive: [Text: [Text]] = [:]
        var installed: [Text: PackageState] = [:]
        var runs: [[PackageAct]] = []
        var finished = 0
        /// Somebody else is at work on them.
        var isBusy = false
    }

    private let state: Mutex<State>

    init(archive: [Text: [Text]] = [:]) { state = Mutex(State(archive: archive)) }

    func withState<Result: Sendable>(_ body: (inout sending State) -> sending Result) -> Result {
        state.withLock(body)
    }

    func packages() throws(HostFault) -> [Text: PackageState] { state.withLock { $0.installed } }

    func perform(_ acts: [PackageAct]) throws(HostFault) {
        guard !acts.isEmpty else { return }
        let missing = state.withLock { state -> Text? in
            state.runs.append(acts)
            for act in acts {
                switch act {
                case .install(let name, let version):
                    let versions = state.archive[name] ?? []
                    guard let found = version.map({ versions.contains($0) ? $0 : nil }) ?? versions.first else {
                        return name
                    }
                    state.installed[name] = PackageState(version: found, isComplete: true)
                case .remove(let name): state.installed[name] = nil
                }
            }
            return nil
        }
        if let missing { throw HostFault("E: Unable to locate package \(missing)") }
    }

    var isBusy: Bool { state.withLock { $0.isBusy } }

    func finishInterrupted() throws(HostFault) {
        state.withLock { state in
            state.finished += 1
            for name in state.installed.keys { state.installed[name]?.isComplete = true }
        }
    }
}
