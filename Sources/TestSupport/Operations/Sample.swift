// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import API
package import Manifest
package import Model

/// A small fleet in every state that people should see, for tests of what they see.
package enum Sample {
    package static let now = Time(nanoseconds: 1_795_426_200_000_000_000)

    package static func unit(_ application: Text, _ target: Text) -> UnitID {
        valid(UnitID(parsing: "acme/\(application)@\(target)"))
    }

    package static func commit(_ digit: Character) -> CommitID? { CommitID(hex: String(repeating: digit, count: 40)) }
    package static func version(_ digit: Character) -> Version { Version(fleet: commit("f"), source: commit(digit)) }
    package static func digest(_ byte: UInt8) -> Digest { Digest(of: [byte]) }
    package static func file(_ path: Text) -> ObjectID {
        ObjectID(group: "host.trimtab.dev", kind: "File", name: path)
    }

    package static var fleet: FleetStatus {
        FleetStatus(
            fleet: FleetName("acme"), commit: commit("f"), engine: EngineInfo(version: "0.1.0"),
            sources: [
                SourceStatus(
                    name: valid(SourceName("shop")), url: "https://git.example.org/shop.git", following: "branch main",
                    state: .ready, commit: commit("a"), fetched: now.advanced(by: .seconds(-30)))
            ],
            units: [web, shop, database])
    }

    package static var web: UnitStatus {
        changed(unit("web", "dev"), .inSync, HealthReport(.healthy)) {
            $0.version = version("a")
            $0.desired = version("a")
            $0.renderDigest = digest(1)
            $0.objects = 12
            $0.lastSync = LastSync(time: now.advanced(by: .seconds(-90)), result: .succeeded, actor: .trimtab)
        }
    }

    package static var shop: UnitStatus {
        changed(unit("web", "prod"), .drifted, HealthReport(.degraded, reason: "Service/nginx is not running")) {
            $0.version = version("a")
            $0.desired = version("b")
            $0.renderDigest = digest(1)
            $0.objects = 12
            $0.drift = DriftSummary(
                objects: 2, since: now.advanced(by: .seconds(-3)), cause: "uid 1000",
                examples: [file("/etc/nginx/nginx.conf")])
        }
    }

    package static var database: UnitStatus {
        changed(unit("postgres", "prod"), .blocked, HealthReport(.healthy)) {
            $0.version = version("a")
            $0.desired = version("b")
            $0.block = Block(reason: "would delete 6 of 8 objects", plan: digest(9))
        }
    }

    package static var plan: PlanView {
        let changes = [
            Change(
                object: file("/etc/nginx/nginx.conf"), action: .update, wave: 0,
                fields: [
                    FieldDifference(
                        path: FieldPath([.key("spec"), .key("content")]), old: "worker_processes 1;\nuser www;\n",
                        new: "worker_processes 2;\nuser www;\n")
                ]),
            Change(object: file("/srv/site/index.html"), action: .create, wave: 0),
            Change(object: file("/srv/site/old.html"), action: .delete, wave: 0),
            Change(object: file("/srv/site/kept.html"), action: .keep, wave: 0),
        ]
        let unit = unit("web", "prod")
        return PlanView(
            unit: unit, version: version("b"),
            plan: Plan(unit: unit, renderDigest: digest(2), changes: changes, digest: digest(3)))
    }

    package static var drift: DriftReport {
        DriftReport(
            unit: unit("web", "prod"), version: version("a"),
            items: [
                .init(
                    object: file("/etc/nginx/nginx.conf"),
                    fields: [
                        FieldDifference(
                            path: FieldPath([.key("spec"), .key("mode")]), old: "0644", new: "0666")
                    ], cause: "uid 1000",
                    owners: [
                        FieldOwners(
                            path: ["spec", "mode"],
                            owners: [
                                .init(manager: "kubectl-edit", isApply: false, time: "2026-11-23T09:29:57Z"),
                                .init(manager: "trimtab", isApply: true),
                            ])
                    ]),
                .init(object: file("/srv/site/\u{202E}lmth.xedni\n"), isAbsent: true),
            ])
    }

    package static var tree: ObjectTree {
        func object(_ group: Text, _ kind: Text, _ name: Text) -> ObjectID {
            ObjectID(group: group, kind: kind, namespace: "shop", name: name)
        }
        let crash = "back-off 5m0s restarting failed container"
        let pods = [
            ObjectTree.Node(
                object: object("", "Pod", "web-5d9c-x7k2p"),
                health: HealthReport(.degraded, reason: "container web: CrashLoopBackOff: \(crash)"),
                containers: [
                    .init(
                        name: "migrate", state: .ended, isReady: true, restarts: 0, reason: "Completed (exit code 0)"),
                    .init(
                        name: "web", state: .waiting, isReady: false, restarts: 12,
                        reason: Text("CrashLoopBackOff: \(crash); ended before: OOMKilled (exit code 137)")),
                ]),
            ObjectTree.Node(
                object: object("", "Pod", "web-5d9c-a1b2c"), health: HealthReport(.healthy),
                containers: [.init(name: "web", state: .running, isReady: true, restarts: 0)]),
        ]
        let set = ObjectTree.Node(
            object: object("apps", "ReplicaSet", "web-5d9c"),
            health: HealthReport(.progressing, reason: "1 of 2 ready"), owned: pods)
        return ObjectTree(
            items: [
                ObjectTree.Node(
                    object: object("apps", "Deployment", "web"),
                    health: HealthReport(.degraded, reason: "its rollout does not come to its end"), owned: [set]),
                ObjectTree.Node(object: object("", "ConfigMap", "web"), health: HealthReport(.healthy)),
            ],
            remarks: ["EndpointSlice objects are not shown: endpointslices in shop: forbidden"])
    }

    package static var history: [HistoryEntry] {
        func entry(_ digit: Character, _ byte: UInt8, ago: Int, _ result: SyncEnded.Result) -> HistoryEntry {
            let end = now.advanced(by: .seconds(-ago))
            return HistoryEntry(
                version: version(digit), renderDigest: digest(byte), cause: .commit, actor: .trimtab,
                started: end.advanced(by: .seconds(-1)), ended: end, result: result,
                counts: ChangeCounts(create: 1, update: 2), wasHealthy: result == .succeeded)
        }
        var entries = [
            entry("a", 1, ago: 90, .succeeded), entry("b", 2, ago: 7300, .failed),
            entry("c", 3, ago: 200_000, .succeeded),
        ]
        entries[0].isCurrent = true
        entries[1].isBad = true
        entries[1].reason = "nginx -t failed"
        return entries
    }

    package static var commits: [UnitCommit] {
        guard let newest = commit("b"), let current = commit("a") else { return [] }
        return [
            UnitCommit(
                commit: newest, author: "Ada <ada@example.org>", time: now.advanced(by: .seconds(-60)),
                subject: "Serve more"),
            UnitCommit(
                commit: current, author: "Bob <bob@example.org>", time: now.advanced(by: .seconds(-7200)),
                subject: "Say hello", isCurrent: true),
        ]
    }

    package static var rendered: RenderedUnit {
        let manifest: Value = [
            "apiVersion": "host.trimtab.dev/v1alpha1", "kind": "File", "metadata": ["name": "index"],
            "spec": ["path": "/srv/site/index.html", "content": "<h1>It works</h1>\n"],
        ]
        return RenderedUnit(
            unit: unit("web", "prod"), version: version("b"), renderDigest: digest(2),
            items: [.init(object: file("index"), wave: 0, origin: "apps/web/site.yaml:2", manifest: manifest)])
    }

    /// An engine of all this.
    package static var engine: MemoryOperations {
        MemoryOperations(
            fleet: fleet,
            plans: [
                plan,
                PlanView(
                    unit: unit("postgres", "prod"),
                    problems: [
                        Problem(
                            file: "apps/db/main.yaml", line: 3, column: 5, reason: "unknown field \"contnet\"",
                            advice: "did you mean \"content\"?")
                    ]),
            ],
            drift: [drift, DriftReport(unit: unit("web", "dev"), version: version("a"))], rendered: [rendered],
            history: [unit("web", "prod"): history], verification: Verification(events: 42, head: digest(4)))
    }

    static var finance: ProjectName { valid(ProjectName("finance")) }
    static var ledgerSource: SourceName { valid(SourceName("ledger")) }

    private static func changed(
        _ unit: UnitID, _ sync: SyncState, _ health: HealthReport, _ change: (inout UnitStatus) -> Void
    ) -> UnitStatus {
        var status = UnitStatus(unit: unit, project: valid(ProjectName("shop")), sync: sync, health: health)
        change(&status)
        return status
    }

    private static func valid<Value>(_ value: Value?) -> Value {
        guard let value else { preconditionFailure("the sample itself is wrong") }
        return value
    }
}
