// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import BenchmarkSupport
import Manifest
import Model
import Web

/// What it takes to make the pages of a large fleet from what the engine says of it: the server's part of an answer, in
/// process, without the network.
enum PagesBenchmark {
    private static let now = Time(nanoseconds: 1_795_426_200_000_000_000)

    static func run() throws {
        for (applications, targets) in [(6250, 8), (5000, 10), (50, 1000)] {
            let status = FleetStatus(
                fleet: FleetName("acme"), engine: EngineInfo(version: "0"),
                units: try units(applications: applications, targets: targets))
            print("\n\(status.units.count) units: \(applications) applications on \(targets) targets\n")
            print("| page | median | best | bytes |")
            print("|---|---|---|---|")
            for (name, query) in queries {
                measure(name) { OverviewPage(status, query, now: now).content }
            }
            measure("targets") { GroupPage(.targets, status.units, now: now).content }
            measure("drift") {
                DriftPage(DriftEpisode.episodes(of: [], units: status.units), now: now).content
            }
        }
    }

    private static let queries: [(String, OverviewQuery)] = [
        ("overview", OverviewQuery()), ("overview, a line a unit", OverviewQuery(view: .units)),
        ("overview, one state", OverviewQuery(sync: [.failed])),
        ("overview, one target", OverviewQuery(target: "target-3")),
        ("overview, two words", OverviewQuery(words: ["nginx", "app-12"])),
        ("overview, a word that nothing has", OverviewQuery(words: ["nonesuch"])),
        ("overview, the last page by time", OverviewQuery(view: .units, order: .synced, page: 500)),
    ]

    private static func measure(_ name: String, _ content: () -> PageContent) {
        var bytes = 0
        let timing = Timing(name) { bytes = content().document(for: nil).bytes.count }
        func milliseconds(_ time: Duration) -> String {
            let tenths = Int64(time / .microseconds(100))
            return "\(tenths / 10).\(tenths % 10) ms"
        }
        print("| \(name) | \(milliseconds(timing.median)) | \(milliseconds(timing.best)) | \(bytes) |")
    }

    /// Ordered by id, as the engine has them: one in twenty needs somebody.
    private static func units(applications: Int, targets: Int) throws -> [UnitStatus] {
        var units: [UnitStatus] = []
        for application in 0..<applications {
            for target in 0..<targets {
                let unit = UnitID(
                    fleet: try FleetName(validating: "acme"),
                    application: try ApplicationName(validating: "app-\(application)"),
                    target: try TargetName(validating: "target-\(target)"))
                let project = try ProjectName(validating: "project-\(application % 40)")
                units.append(status(unit, project, units.count))
            }
        }
        return units.sorted { $0.unit < $1.unit }
    }

    private static func status(_ unit: UnitID, _ project: ProjectName, _ number: Int) -> UnitStatus {
        let commit = CommitID(hex: String(repeating: "a", count: 40))
        let version = Version(fleet: commit, source: commit)
        let synced = now.advanced(by: .seconds(-number))
        var status = UnitStatus(
            unit: unit, project: project, sync: .inSync, health: HealthReport(.healthy), version: version,
            desired: version, renderDigest: Digest(of: [UInt8(number & 0xFF)]), objects: 12,
            lastSync: LastSync(time: synced, result: .succeeded, actor: .trimtab))
        switch number % 60 {
        case 7:
            status.sync = .drifted
            status.drift = DriftSummary(
                objects: 1, since: synced, cause: "root (vi, process 4711)",
                examples: [ObjectID(group: "host.trimtab.dev", kind: "File", name: "nginx")])
        case 23:
            status.sync = .failed
            status.problems = [Problem(reason: "nginx -t: unexpected end of file in /etc/nginx/nginx.conf")]
        case 41: status.health = HealthReport(.degraded, reason: "Service/nginx is not running")
        default: break
        }
        return status
    }
}
