// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import CLinux
import Manifest
import Synchronization

/// The packages of a Debian machine. dpkg's record is read without a process, and only when it changed; apt-get does
/// the rest.
final class Apt: PackageManager {
    private static let folder = HostPath.root.appending("var".utf8).appending("lib".utf8).appending("dpkg".utf8)
    static let recordPath = folder.appending("status".utf8)
    /// Beyond this the record is not read. Bytes.
    private static let recordLimit = 256 << 20

    private struct Known: Sendable {
        var stamp: Metadata
        var packages: [Text: PackageState]
    }

    private let root: Root
    private let known = Mutex<Known?>(nil)

    init(root: Root) { self.root = root }

    func packages() throws(HostFault) -> [Text: PackageState] {
        let name = Self.recordPath.name
        guard let folder = try root.folder(at: Self.folder), let stamp = try folder.metadata(of: name) else {
            throw HostFault("\(Self.recordPath) is not there: this is no Debian machine")
        }
        if let known = known.withLock({ $0 }), known.stamp == stamp { return known.packages }
        let packages = PackageStatus.parse(try folder.contents(of: name, limit: Self.recordLimit))
        known.withLock { $0 = Known(stamp: stamp, packages: packages) }
        return packages
    }

    func perform(_ acts: [PackageAct]) throws(HostFault) {
        guard !acts.isEmpty else { return }
        try finishInterrupted()
        let words = acts.map { act -> Text in
            switch act {
            case .install(let name, .some(let version)): "\(name)=\(version)"
            // Also undoes an earlier wish of apt's own to remove it.
            case .install(let name, nil): "\(name)+"
            case .remove(let name): "\(name)-"
            }
        }
        var plan = try command(["--simulate"], words).run(on: root)
        if !plan.isSuccess {
            // The lists may be older than what they name.
            let update = try Command(["apt-get", "update", "-q"], environment: Self.environment).run(on: root)
            guard update.isSuccess else { throw update.fault("apt-get update") }
            plan = try command(["--simulate"], words).run(on: root)
            guard plan.isSuccess else { throw plan.fault("apt-get install") }
        }
        try Self.check(plan.output, acts)
        let result = try command([], words).run(on: root)
        guard result.isSuccess else { throw result.fault("apt-get install") }
    }

    /// apt solves a conflict by removing packages; what nobody asked to remove stays.
    static func check(_ simulation: Text, _ acts: [PackageAct]) throws(HostFault) {
        let wanted = Set(acts.compactMap { act in if case .remove(let name) = act { name } else { nil } })
        let removed = simulation.utf8.split(separator: UInt8(ascii: "\n")).compactMap { line -> Text? in
            let words = line.split(separator: UInt8(ascii: " "))
            guard words.count >= 2, words[0].elementsEqual("Remv".utf8) else { return nil }
            return Text(utf8: words[1].prefix { $0 != UInt8(ascii: ":") })
        }
        let unasked = removed.filter { !wanted.contains($0) }
        guard unasked.isEmpty else {
            let names = unasked.prefix(10).map(\.string).joined(separator: ", ")
            throw HostFault(
                "\(acts.map(\.name.string).joined(separator: ", ")): apt would also remove \(names): declare those as"
                    + " absent too if that is meant")
        }
    }

    /// The locks that apt and dpkg hold while they work, ours included. What cannot be looked at is taken for free: then
    /// nothing waits for it.
    var isBusy: Bool {
        guard let folder = try? root.folder(at: Self.folder) else { return false }
        return ["lock-frontend", "lock"].contains { name in
            guard let file = try? folder.open(Array(name.utf8)) else { return false }
            return clinux_is_locked(file.raw) == 1
        }
    }

    func finishInterrupted() throws(HostFault) {
        let updates = try root.folder(at: Self.folder.appending("updates".utf8))?.names() ?? []
        let isHalf = try packages().values.contains { !$0.isComplete }
        guard isHalf || !updates.isEmpty else { return }
        let result = try Command(
            ["dpkg", "--configure", "-a", "--force-confdef", "--force-confold"], environment: Self.environment,
            deadline: Self.deadline
        ).run(on: root)
        // What is worse than unconfigured is apt's to mend.
        guard result.isSuccess || isHalf else { throw result.fault("dpkg --configure -a") }
    }

    /// Downloads and set-up scripts take their time.
    private static let deadline: Duration = .seconds(30 * 60)
    private static let environment = ["DEBIAN_FRONTEND=noninteractive", "APT_LISTCHANGES_FRONTEND=none"]

    private static let ownWords: [Text] = ["apt-get", "install", "--yes", "-q", "--fix-broken", "--allow-downgrades"]
    /// What our runs begin with in apt's history.
    static let ownCommand = ownWords.map(\.string).joined(separator: " ")

    func whoChanged(_ package: Text) -> Text? {
        // It begins anew every month; what has grown beyond that is nobody's history.
        guard let path = HostPath("/var/log/apt"), let folder = try? root.folder(at: path),
            let bytes = try? folder.contents(of: Array("history.log".utf8), limit: 4 << 20)
        else { return nil }
        return AptHistory.whoChanged(package, in: bytes)
    }

    private func command(_ options: [Text], _ words: [Text]) -> Command {
        Command(
            Self.ownWords
                + [
                    "-o", "Dpkg::Options::=--force-confdef", "-o", "Dpkg::Options::=--force-confold", "-o",
                    "DPkg::Lock::Timeout=120",
                ] + options + ["--"] + words,
            environment: Self.environment, deadline: Self.deadline)
    }
}
