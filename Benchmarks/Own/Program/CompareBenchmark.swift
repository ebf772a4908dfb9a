// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import BenchmarkSupport
import Foundation

/// 1,000 files by Trimtab, CFEngine and Puppet: whole processes, no daemon, in turn in one run.
enum CompareBenchmark {
    private static let rounds = 5

    static func run() throws {
        let sandbox = try Sandbox(in: scratch, files: 1000)
        defer { sandbox.remove() }
        let trimtab = TrimtabPeer(sandbox: sandbox)
        var peers: [any Peer] = [trimtab]
        if Child.isInstalled("cf-agent") { peers.append(try CFEnginePeer(sandbox)) }
        if Child.isInstalled("puppet") { peers.append(try PuppetPeer(sandbox)) }
        for measure in Measure.allCases {
            var costs: [[Child.Cost]] = peers.map { _ in [] }
            for _ in 0..<rounds {
                for (index, peer) in peers.enumerated() {
                    costs[index].append(try peer.cost(of: measure))
                }
            }
            var rows: [(name: String, costs: [Child.Cost])] = zip(peers, costs).map { ($0.name, $1) }
            if measure == .first { rows.append(("Trimtab's fetch, before", trimtab.fetches)) }
            report(measure, rows)
        }
    }

    private static func report(_ measure: Measure, _ rows: [(name: String, costs: [Child.Cost])]) {
        print("| \(measure.rawValue), 1000 files | wall, median | processor | peak memory | times the first |")
        print("|---|---|---|---|---|")
        guard let first = rows.first?.costs.map(\.wall).median else { return }
        for (name, costs) in rows {
            let wall = costs.map(\.wall).median
            let memory = costs.map(\.memory).max() ?? 0
            print(
                "| \(name) | \(wall.inSeconds) | \(costs.map(\.processor).median.inSeconds) | \(memory >> 10) MB "
                    + "| \(String(format: "%.1f", wall / first)) |")
        }
        print("")
    }
}

enum Measure: String, CaseIterable {
    case first = "first apply"
    case trusting = "idle check, metadata trusted"
    case reading = "idle check, contents read"
}

private protocol Peer {
    var name: String { get }
    /// One that cannot trust metadata reads contents at both checks.
    func cost(of measure: Measure) throws -> Child.Cost
}

private final class TrimtabPeer: Peer {
    let sandbox: Sandbox
    let name = "Trimtab, durable"
    /// What it cost to get the fleet's repository, which the others do not need.
    private(set) var fetches: [Child.Cost] = []

    init(sandbox: Sandbox) { self.sandbox = sandbox }

    func cost(of measure: Measure) throws -> Child.Cost {
        switch measure {
        case .first:
            for folder in [sandbox.root, sandbox.state] { sandbox.putAside(folder) }
            try FileManager.default.createDirectory(atPath: sandbox.root, withIntermediateDirectories: true)
            fetches.append(try Child.run(sandbox.refresh, output: sandbox.log))
        case .trusting, .reading: break
        }
        // A plan reads every file and would end with another status if one were different.
        let command = measure == .reading ? try sandbox.plan : try sandbox.syncOnce
        let cost = try Child.run(command, output: sandbox.log)
        guard sandbox.isConverged() else { throw Child.Failed(description: "Trimtab has not converged") }
        return cost
    }
}

/// Its own copy of the files, beside ours.
private struct CFEnginePeer: Peer {
    let name = "CFEngine"
    private let sandbox: Sandbox
    private let root: String
    private let work: String

    init(_ sandbox: Sandbox) throws {
        self.sandbox = sandbox
        root = sandbox.folder + "/cfengine-root"
        work = sandbox.folder + "/cfengine"
        let manager = FileManager.default
        for name in ["/bin", "/inputs", "/outputs", "/state", "/modules", "/ppkeys"] {
            try manager.createDirectory(atPath: work + name, withIntermediateDirectories: true)
        }
        for path in ["/usr/sbin", "/usr/bin"] where manager.fileExists(atPath: path + "/cf-promises") {
            try manager.createSymbolicLink(
                atPath: work + "/bin/cf-promises", withDestinationPath: path + "/cf-promises")
            break
        }
        let promises = sandbox.files.map { file in
            """
                  "\(root)\(file.path)" create => "true", perms => mode644, content => "\(file.content)";

            """
        }
        try Sandbox.write(
            """
            body common control { bundlesequence => { "main" }; inputs => {}; }
            body perms mode644 { mode => "0644"; }
            bundle agent main
            {
                files:
            \(promises.joined())
            }

            """, to: work + "/inputs/promises.cf")
        chmod(work + "/inputs/promises.cf", 0o600)
        chmod(work + "/ppkeys", 0o700)
        _ = try Child.run(["cf-key"], variables: variables, output: sandbox.log)
    }

    private var variables: [String: String] { ["CFENGINE_TEST_OVERRIDE_WORKDIR": work] }

    func cost(of measure: Measure) throws -> Child.Cost {
        if measure == .first { sandbox.putAside(root) }
        let command = ["cf-agent", "-K", "-f", work + "/inputs/promises.cf"]
        let cost = try Child.run(command, variables: variables, output: sandbox.log)
        let isThere = sandbox.files.allSatisfy {
            (try? String(contentsOfFile: root + $0.path, encoding: .utf8)) == $0.content
        }
        guard isThere else { throw Child.Failed(description: "CFEngine has not converged; see \(sandbox.log)") }
        return cost
    }
}

private struct PuppetPeer: Peer {
    let name = "Puppet"
    private let sandbox: Sandbox
    private let root: String
    private let work: String

    init(_ sandbox: Sandbox) throws {
        self.sandbox = sandbox
        root = sandbox.folder + "/puppet-root"
        work = sandbox.folder + "/puppet"
        try FileManager.default.createDirectory(atPath: work, withIntermediateDirectories: true)
        let folders = Set(sandbox.files.map { (root + $0.path as NSString).deletingLastPathComponent }).sorted()
        let outer = [root, root + "/etc", root + "/etc/app"] + folders
        let resources =
            outer.map { "file { '\($0)': ensure => directory }\n" }
            + sandbox.files.map { file in
                "file { '\(root)\(file.path)': ensure => file, mode => '0644', content => '\(file.content)' }\n"
            }
        try Sandbox.write(resources.joined(), to: work + "/site.pp")
    }

    func cost(of measure: Measure) throws -> Child.Cost {
        if measure == .first { sandbox.putAside(root) }
        let cost = try Child.run(
            ["puppet", "apply", "--confdir", work + "/conf", "--vardir", work + "/var", work + "/site.pp"],
            output: sandbox.log)
        let isThere = sandbox.files.allSatisfy {
            (try? String(contentsOfFile: root + $0.path, encoding: .utf8)) == $0.content
        }
        guard isThere else { throw Child.Failed(description: "Puppet has not converged; see \(sandbox.log)") }
        return cost
    }
}
