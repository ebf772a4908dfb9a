// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Engine
import Manifest
import Model
import Synchronization

/// Holds back what is reported of services and packages while somebody's apt or dpkg is at work: a package that is being
/// removed stops its service first, and starting that again would make the removal fail. When the work is done, what
/// was held back is reported together.
final class ReportGate: Sendable {
    /// How often to look whether the work is done: its locks tell nobody when they go.
    static let interval = Duration.milliseconds(200)

    private let packages: (any PackageManager)?
    private let behind: WatchSink
    private let held = Mutex<[UnitID: Set<ObjectID>]>([:])
    private let (wakeUps, wakeUp) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))

    /// - Parameters:
    ///   - packages: `nil` where there are none, and nothing is held back.
    ///   - sink: where reports go in the end.
    init(packages: (any PackageManager)?, sink: WatchSink) {
        self.packages = packages
        behind = sink
    }

    /// Where to report to.
    var sink: WatchSink {
        guard let packages else { return behind }
        return WatchSink { [self] unit, objects in
            let touchy = objects.filter { $0.kind == "Service" || $0.kind == "Package" }
            // What is held back already waits for the rest.
            guard !touchy.isEmpty, packages.isBusy || held.withLock({ !$0.isEmpty }) else {
                return behind.changed(unit, objects)
            }
            held.withLock { $0[unit, default: []].formUnion(touchy) }
            wakeUp.yield()
            let others = objects.subtracting(touchy)
            if !others.isEmpty { behind.changed(unit, others) }
        }
    }

    /// Lets through what was held back, until cancelled.
    func run() async {
        for await _ in wakeUps {
            guard let packages, await packages.isFree(within: nil) else { return }
            let reports = held.withLock { held in
                defer { held = [:] }
                return held
            }
            for (unit, objects) in reports { behind.changed(unit, objects) }
        }
    }
}

extension PackageManager {
    /// Waits until nobody is at work on the packages. False when the task was cancelled, or the time was too short.
    func isFree(within limit: Duration?) async -> Bool {
        var waited = Duration.zero
        while isBusy {
            if let limit, waited >= limit { return false }
            do { try await Task.sleep(for: ReportGate.interval) } catch { return false }
            waited += ReportGate.interval
        }
        return true
    }
}
