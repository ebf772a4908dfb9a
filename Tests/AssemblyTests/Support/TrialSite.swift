// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Assembly
import Commands
import Foundation
import Manifest
import Model
import Synchronization
import TestSupport
import Testing

/// A fleet of two sandboxes in a scratch folder, driven by the real commands in this process.
struct TrialSite: Sendable {
    let folder: URL

    static func with(_ name: String = #function, _ body: (TrialSite) async throws -> Void) async throws {
        try await withScratchFolder(name) { folder in
            let site = TrialSite(folder: folder)
            for file in Skeleton.files { try site.write(file.content, to: "fleet/" + file.path) }
            try await body(site)
        }
    }

    var state: String { folder.path + "/state" }

    func write(_ content: String, to path: String) throws {
        let file = folder.appending(path: path)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(content.utf8).write(to: file)
    }

    func read(_ path: String) throws -> String {
        try String(contentsOf: folder.appending(path: path), encoding: .utf8)
    }

    /// A new version of the site, synced.
    func deploy(_ content: String) async throws {
        try writeContent(content)
        let run = await trimtab("sync", "--once", "--fleet", folder.path + "/fleet")
        guard run.status == .success else {
            // Why no unit can be had stands there.
            let status = await trimtab("status")
            Issue.record("\(run.errors)\(status.output)\(status.errors)")
            throw CocoaError(.featureUnsupported)
        }
    }

    func writeContent(_ content: String) throws {
        try write(
            """
            apiVersion: host.trimtab.dev/v1alpha1
            kind: File
            metadata:
              name: index
            spec:
              path: /srv/site/index.html
              content: "\(content)"

            """, to: "fleet/apps/web/site.yaml")
    }

    /// A unit as `status` shows it.
    func unit(_ name: String) async throws -> Value? {
        let run = await trimtab("status", name, "--output", "json")
        guard run.status != .notFound else { return nil }
        return try run.value["units"]?.arrayValue?.first
    }

    @discardableResult
    func trimtab(_ arguments: String...) async -> CommandRun { await trimtab(arguments) }

    @discardableResult
    func trimtab(_ arguments: [String], variables: [String: String] = [:]) async -> CommandRun {
        let printed = Mutex((output: "", errors: ""))
        let terminal = Terminal(
            width: nil, isErrorVisible: false, write: { text in printed.withLock { $0.output += text } },
            writeError: { text in printed.withLock { $0.errors += text } })
        let environment = Environment(
            variables: ["TRIMTAB_STATE": state, "HOME": folder.path].merging(variables) { _, new in new }, user: 0,
            actor: { Actor("user:alice") },
            workingFolder: folder.path, terminal: terminal, now: Clocks.system.wall, parts: .live)
        let status = await Invocation.run(arguments, in: environment)
        return printed.withLock { CommandRun(status: status, output: $0.output, errors: $0.errors) }
    }
}
