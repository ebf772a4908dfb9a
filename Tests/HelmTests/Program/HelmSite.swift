// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation
import Synchronization
import SystemPackage
import TestSupport
import Testing

/// A fleet in a Git repository whose one application is a chart, driven by the built program, one process for each
/// command.
final class HelmSite: Sendable {
    let folder: URL
    private let helm: HelmLab.Version
    private let program: String
    /// Whatever any command has printed.
    private let printed = Mutex("")

    var fleet: URL { folder.appending(path: "fleet") }
    var state: String { folder.path + "/state" }
    var output: String { printed.withLock { $0 } }

    /// - Parameters:
    ///   - charts: what the project allows, as YAML.
    ///   - trimtab: the program.
    init(
        below folder: URL, helm: HelmLab.Version, charts: String, trimtab: String = HelmLab.trimtab.string
    ) throws {
        program = trimtab
        self.folder = folder
        self.helm = helm
        try write(
            "kind: Fleet\nmetadata: {name: acme}\nspec: {platform: platform/, projects: projects/}\n", "fleet.yaml")
        try write(
            """
            kind: Target
            metadata: {name: here, labels: {name: here}}
            spec: {host: {root: ./root}}
            ---
            kind: Project
            metadata: {name: shop}
            spec:
              sources: [fleet]
              charts: \(charts)
              limits:
                - on: {name: here}
                  host: {paths: ["/**"], kinds: [File]}

            """, "platform/platform.yaml")
        try write("/root/\n", ".gitignore")
        try trust("[localPaths, plainHTTP]")
        try git("init", "--quiet", "--initial-branch=main")
    }

    /// What the operator allows.
    func trust(_ allowed: String) throws {
        let file = folder.appending(path: "trust.yaml")
        try Data("allow: \(allowed)\ncredentialsFolder: credentials\n".utf8).write(to: file)
        chmod(file.path, 0o600)
    }

    /// Commits the application with these settings of its chart.
    func commit(path: String = ".", helm settings: String) throws {
        try write(
            """
            kind: Application
            metadata: {name: web}
            spec:
              source: {path: \(path), helm: \(settings)}
              targets: {name: here}

            """, "projects/shop/web.yaml")
        try git("add", "--all")
        try git("commit", "--quiet", "--allow-empty", "--message=A change")
    }

    @discardableResult
    func sync() throws -> TestProcess.Result { try trimtab("sync", "--once", "--fleet", fleet.path) }

    /// Runs a command, and remembers what it said.
    @discardableResult
    func trimtab(_ arguments: String...) throws -> TestProcess.Result { try trimtab(arguments) }

    @discardableResult
    func trimtab(_ arguments: [String]) throws -> TestProcess.Result {
        let state = arguments.first == "validate" ? [] : ["--state", state]
        let trust =
            ["sync", "plan", "validate"].contains(arguments.first ?? "")
            ? ["--trust", folder.path + "/trust.yaml"] : []
        let result = try TestProcess.run(
            program, arguments + state + trust,
            environment: ["PATH": "/usr/bin:/bin", "HOME": folder.path, "TRIMTAB_HELM": helm.program.string])
        printed.withLock { $0 += result.text }
        return result
    }

    /// A file beneath the target's root; `nil` when there is none.
    func file(_ path: String) -> String? {
        try? String(contentsOf: fleet.appending(path: "root/\(path)"), encoding: .utf8)
    }

    func write(_ text: String, _ path: String) throws {
        let file = fleet.appending(path: path)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
    }

    private func git(_ arguments: String...) throws {
        let result = try TestProcess.run(
            "/usr/bin/git", ["-C", fleet.path] + arguments,
            environment: [
                "GIT_AUTHOR_NAME": "Ada", "GIT_AUTHOR_EMAIL": "ada@example.org", "GIT_COMMITTER_NAME": "Ada",
                "GIT_COMMITTER_EMAIL": "ada@example.org", "GIT_CONFIG_NOSYSTEM": "1", "HOME": folder.path,
                "PATH": "/usr/bin:/bin",
            ])
        try #require(result.status == 0, "\(result.text)")
    }
}

/// A template of a host's file.
func hostFile(_ name: String, _ content: String) -> String {
    """
    apiVersion: host.trimtab.dev/v1alpha1
    kind: File
    metadata: {name: \(name)}
    spec:
      path: /srv/\(name)
      mode: "0600"
      content: |
        \(content)

    """
}
