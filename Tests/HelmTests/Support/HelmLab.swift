// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation
import Helm
import Manifest
import Model
import SystemPackage
import TestSupport
import Testing

/// The real Helm binaries that scripts/lab/helm fetches, and the `trimtab` that was built with these tests.
enum HelmLab {
    enum Version: String, Sendable, CaseIterable, CustomTestStringConvertible {
        case helm3, helm4

        var testDescription: String { rawValue }
        var program: FilePath { FilePath(HelmLab.folder ?? "/nonexistent").appending(rawValue) }
    }

    static let folder = ProcessInfo.processInfo.environment["TRIMTAB_HELM"]

    /// Beside the test bundle, where SwiftPM puts both.
    static let trimtab = FilePath(
        URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().appendingPathComponent("trimtab")
            .path)

    /// A renderer with a scratch folder of its own.
    static func with<Result>(
        _ version: Version, limits: JailLimits = JailLimits(), archives: (any ChartArchives)? = nil,
        _ body: (HelmTemplate) async throws -> Result
    ) async throws -> Result {
        try await with(program: version.program, limits: limits, archives: archives, body)
    }

    static func with<Result>(
        program: FilePath, limits: JailLimits = JailLimits(), archives: (any ChartArchives)? = nil,
        _ body: (HelmTemplate) async throws -> Result
    ) async throws -> Result {
        try await withScratchFolder { folder in
            let jail = try Jail(scratch: FilePath(folder.path).appending("helm"), jailer: trimtab, limits: limits)
            return try await body(HelmTemplate(program: program, jail: jail, archives: archives))
        }
    }
}

extension HelmTemplate {
    /// Renders the chart in the folder `chart` of a tree.
    func render(_ files: [String: String], values: [HelmRequest.Values] = []) async throws -> HelmOutput {
        try await render(
            HelmRequest(chart: .source(path("chart")), values: values, release: "web", namespace: "shop"),
            from: MemoryTree(files: files))
    }
}

func path(_ text: String) -> TreePath { TreePath(Text(text)) ?? .root }

/// The files of a small chart, with others beside them.
func chart(_ others: [String: String] = [:], metadata: String = "") -> [String: String] {
    var files = ["chart/Chart.yaml": "apiVersion: v2\nname: demo\nversion: 0.1.0\n" + metadata]
    for (name, content) in others { files["chart/" + name] = content }
    return files
}

/// A ConfigMap with one entry.
func configMap(_ entry: String, name: String = "{{ .Release.Name }}") -> String {
    "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: \(name)\ndata:\n  \(entry)\n"
}
