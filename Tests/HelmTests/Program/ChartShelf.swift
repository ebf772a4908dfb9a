// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation
import Synchronization
import SystemPackage
import TestSupport
import Testing

/// A repository of charts on the loopback: made by the real `helm package` and `helm repo index`, served by a few lines.
final class ChartShelf: Sendable {
    private struct State {
        var files: [String: [UInt8]] = [:]
        var isDown = false
        /// `user:password`, where one is asked for.
        var password: String?
    }

    private let state = Mutex(State())
    private let server: GitHTTPServer
    private let helm: String
    private let folder: URL

    init(below folder: URL, helm: HelmLab.Version) async throws {
        self.folder = folder.appending(path: "shelf")
        self.helm = helm.program.string
        try FileManager.default.createDirectory(at: self.folder, withIntermediateDirectories: true)
        server = try await GitHTTPServer.start(root: self.folder)
        server.fail { [self] seen in
            state.withLock { state in
                if state.isDown { return .status(503) }
                if let password = state.password,
                    seen.authorization != "Basic " + Data(password.utf8).base64EncodedString()
                {
                    return .status(401)
                }
                return state.files[seen.path].map { .content($0) } ?? .status(404)
            }
        }
    }

    /// The address of the repository in a folder of the server.
    func address(_ name: String = "stable") -> String { "\(server.origin)/\(name)" }

    /// What was asked for since the last time.
    func asked() -> [String] {
        defer { server.forgetRequests() }
        return server.requests.map(\.path)
    }

    func goDown() { state.withLock { $0.isDown = true } }
    func comeBack() { state.withLock { $0.isDown = false } }
    func ask(for password: String) { state.withLock { $0.password = password } }

    /// Packs a chart, puts it on the shelf, and writes the index anew.
    ///
    /// - Parameter dependencies: lines of YAML of its `Chart.yaml`.
    func put(
        _ name: String, _ version: String, in repository: String = "stable", dependencies: String = "",
        _ templates: [String: String]
    ) throws {
        let chart = folder.appending(path: "charts/\(name)-\(UUID().uuidString)/\(name)")
        var files = ["Chart.yaml": "apiVersion: v2\nname: \(name)\nversion: \(version)\n\(dependencies)"]
        for (file, content) in templates { files["templates/\(file)"] = content }
        for (file, content) in files {
            let place = chart.appending(path: file)
            try FileManager.default.createDirectory(
                at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(content.utf8).write(to: place)
        }
        let shelf = folder.appending(path: repository)
        // What a chart depends on is looked for by Trimtab: Helm packs a chart only with all of it.
        let packed =
            dependencies.isEmpty ? try pack(chart, version, onto: shelf) : try bundle(chart, version, onto: shelf)
        try helm("repo", "index", shelf.path)
        let index = try Data(contentsOf: shelf.appending(path: "index.yaml"))
        let archive = try Data(contentsOf: packed)
        state.withLock { state in
            state.files["/\(repository)/index.yaml"] = Array(index)
            state.files["/\(repository)/\(packed.lastPathComponent)"] = Array(archive)
        }
    }

    private func pack(_ chart: URL, _ version: String, onto shelf: URL) throws -> URL {
        try FileManager.default.createDirectory(at: shelf, withIntermediateDirectories: true)
        try helm("package", chart.path, "--destination", shelf.path)
        return shelf.appending(path: "\(chart.lastPathComponent)-\(version).tgz")
    }

    private func bundle(_ chart: URL, _ version: String, onto shelf: URL) throws -> URL {
        try FileManager.default.createDirectory(at: shelf, withIntermediateDirectories: true)
        let archive = shelf.appending(path: "\(chart.lastPathComponent)-\(version).tgz")
        let tar = try TestProcess.run(
            "/usr/bin/tar",
            ["-czf", archive.path, "-C", chart.deletingLastPathComponent().path, chart.lastPathComponent])
        try #require(tar.status == 0, "\(tar.text)")
        return archive
    }

    private func helm(_ arguments: String...) throws {
        let home = folder.appending(path: "home").path
        let result = try TestProcess.run(
            helm, arguments, environment: ["HOME": home, "PATH": "/usr/bin:/bin", "HELM_CACHE_HOME": home])
        try #require(result.status == 0, "\(result.text)")
    }
}
