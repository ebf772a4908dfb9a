// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import CLinux
package import Engine
package import Fleet
package import Manifest
package import Model
package import NIOPosix
import Synchronization

/// The driver for a host, or for a sandbox: a folder that stands for one.
package final class HostTarget: TargetDriver {
    /// Everything that the driver changed on the target since it was made.
    package let counters = Counters()

    let root: Root
    let observations: any ObservationStore
    let protected: ProtectedPaths
    let lanes: Lanes
    let book: LedgerBook
    let watcher: Watcher
    let services: (any ServiceManager)?
    let packages: (any PackageManager)?
    let serviceWatch = ServiceWatch()
    /// Who changed packages that were found other than declared, where known.
    let packageChanges = Mutex<[ObjectID: Text]>([:])
    let ownership: OwnershipRules
    /// Whose units are put right after a kill; of other fleets somebody else may be at work. `nil`: all are.
    let fleet: FleetName?
    let now: @Sendable () -> Time

    /// - Parameters:
    ///   - path: the folder that absolute paths begin at; `/` for the host itself. A sandbox has no services and
    ///     packages.
    ///   - protected: what no project may touch; the state folder of the process belongs to it.
    ///   - fleet: whose units a kill may have left half done; `nil` where no other fleet has any here.
    ///   - pool: threads for calls that block; `width` of them are used at once. Eight wait for a disk well.
    ///   - notice: told what an operator should know and no object is to blame for.
    package convenience init(
        root path: String, observations: any ObservationStore, protected: ProtectedPaths = .standard,
        fleet: FleetName? = nil, pool: NIOThreadPool = .singleton, width: Int = 8,
        now: @escaping @Sendable () -> Time = Clocks.system.wall,
        notice: @escaping @Sendable (Text) -> Void = { _ in }
    ) throws {
        guard let path = HostPath(Text(path)) else {
            throw HostFault("the root must be an absolute path without \".\" and \"..\", not \(path)")
        }
        let root = try Root(at: path)
        self.init(
            root: root, services: root.isSandbox ? nil : Systemd(), packages: root.isSandbox ? nil : Apt(root: root),
            observations: observations, protected: protected, lanes: Lanes(pool: pool, width: width), now: now,
            watcher: try Watcher(root: root, notice: notice), fleet: fleet)
    }

    /// - Parameters:
    ///   - services: `nil` where there are none.
    ///   - packages: `nil` where there are none.
    init(
        root: Root, services: (any ServiceManager)?, packages: (any PackageManager)?,
        observations: any ObservationStore, protected: ProtectedPaths, lanes: Lanes,
        now: @escaping @Sendable () -> Time, watcher: Watcher, fleet: FleetName? = nil
    ) {
        self.root = root
        self.services = services
        self.packages = packages
        self.observations = observations
        self.protected = protected
        self.lanes = lanes
        self.now = now
        self.watcher = watcher
        self.fleet = fleet
        book = LedgerBook(own: OwnFolder(root: root), counters: counters, now: now)
        ownership = OwnershipRules(
            accounts: Accounts(root: root), isRoot: clinux_effective_user() == 0, isSandbox: root.isSandbox)
    }

    /// Runs of small units mostly hand over between threads: with so many the processor has work meanwhile, and what they
    /// read and write goes together.
    package var runsAtOnce: Int? { 24 }

    package var remembersContent: Bool { true }

    package func uid(of object: DesiredObject) -> Text { Place(object).text }

    /// Of a service that somebody stopped, systemd tells nobody who it was.
    package func whoChanged(_ object: DesiredObject) -> Text? {
        switch Place(object) {
        case .path(let path): watcher.witness.whoChanged(path)
        case .package: packageChanges.withLock { $0[object.id] }
        default: nil
        }
    }

    func workbench(for unit: UnitContext) -> Workbench {
        Workbench(
            reach: Reach(root: root, limits: Self.limits(of: unit), protected: protected), ownership: ownership,
            book: book,
            unit: unit.unit, counters: counters, now: now)
    }

    /// What is granted in a cluster grants nothing on a host.
    static func limits(of unit: UnitContext) -> HostLimits { unit.limits.host ?? HostLimits() }

    /// Runs calls that block. A fault that no object is to blame for is the target's.
    func blocking<Result: Sendable>(
        _ body: @escaping @Sendable () throws(HostFault) -> Result
    ) async throws(TargetError) -> Result {
        let result = try await lanes.run { () -> Swift.Result<Result, HostFault> in
            do throws(HostFault) { return .success(try body()) } catch { return .failure(error) }
        }
        switch result {
        case .success(let value): return value
        case .failure(let fault): throw TargetError(reason: fault.text, isTransient: true)
        }
    }

    /// Of some objects, where that is less than all. A service has more to tell than its own.
    func loadObservations(
        of objects: [DesiredObject], in unit: UnitContext
    ) async throws(TargetError) -> [ObjectID: [UInt8]] {
        let isFew = objects.count <= 50 && !objects.contains { $0.id.kind == "Service" }
        do {
            return try await observations.observations(of: unit.unit, only: isFew ? Set(objects.map(\.id)) : nil)
        } catch {
            throw TargetError(reason: "what was observed before cannot be read: \(error)", isTransient: true)
        }
    }

    func record(_ seen: [ObjectID: [UInt8]?], of unit: UnitContext) async throws(TargetError) {
        guard !seen.isEmpty else { return }
        do {
            try await observations.record(seen, of: unit.unit)
        } catch {
            throw TargetError(reason: "what was observed cannot be recorded: \(error)", isTransient: true)
        }
    }
}
