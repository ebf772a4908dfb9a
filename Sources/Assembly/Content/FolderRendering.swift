// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Commands
import Foundation
import GitSource
import Glibc
import Helm
import Kustomize
import Manifest
import Model
import Rendering
import Synchronization
import SystemPackage

/// Builds kustomizations of folders on disk.
///
/// A kustomization may name bases above its folder. What may be read is bounded all the same: by the folder that is
/// given as root, else by the Git work tree around it, else by the least folder that holds all that is named.
enum FolderRendering {
    static func build(_ request: FolderRequest) async throws(APIError) -> [BuiltObject] {
        let scratch = RenderScratch()
        defer { scratch.remove() }
        var request = request
        guard let place = request.place else {
            request.setCharts(in: scratch, by: { Trust() })
            return try await find(request)
        }
        return try await build(request, at: place, scratch: scratch)
    }

    private static func find(_ request: FolderRequest) async throws(APIError) -> [BuiltObject] {
        let folder = FilePath(request.folder.string).lexicallyNormalized()
        guard isFolder(folder) else {
            throw APIError(.failed, "\(request.folder): no such folder", advice: "name a folder with a kustomization")
        }
        if let root = request.root {
            let root = FilePath(root.string).lexicallyNormalized()
            guard folder.starts(with: root) else {
                throw APIError(.invalid, "\(request.folder) does not lie in the root \(root)")
            }
            return try await build(folder, in: root, request).get(failure)
        }
        if let tree = workTree(around: folder) {
            return try await build(folder, in: tree, request).get(failure)
        }
        var root = folder
        while true {
            switch await build(folder, in: root, request) {
            case .success(let objects): return objects
            case .failure(let error):
                guard error.code == .outside, !root.components.isEmpty else {
                    throw failure(error)
                }
                root.removeLastComponent()
            }
        }
    }

    private static func build(
        _ folder: FilePath, in root: FilePath, _ request: FolderRequest
    ) async -> Result<[BuiltObject], KustomizeError> {
        var relative = folder
        guard relative.removePrefix(root), let path = TreePath(Text(relative.string)) else {
            return .failure(KustomizeError(unreadable: request.folder, "it does not lie in \(root)"))
        }
        do throws(TreeError) {
            // A command that reads one folder has nobody beside it who would wait for the disk.
            let tree = try FolderTree(root, threads: nil)
            var options = request.options
            options.prefix = prefix(of: root, request)
            do throws(KustomizeError) {
                return .success(try await Kustomization.build(tree, at: path, options: options))
            } catch {
                return .failure(error)
            }
        } catch {
            return .failure(KustomizeError(unreadable: Text(root.string), error.description))
        }
    }

    /// What stands before paths from the root: which folder that is was found out here, and whoever asked knows files by
    /// where they are themselves.
    private static func prefix(of root: FilePath, _ request: FolderRequest) -> Text {
        var shown = root
        if let folder = request.workingFolder, shown.removePrefix(FilePath(folder.string)) {
            return shown.isEmpty ? "" : Text(shown.string + "/")
        }
        return Text(root.components.isEmpty ? root.string : root.string + "/")
    }

    /// In one line.
    private static func failure(_ error: KustomizeError) -> APIError {
        var alone = error
        alone.trail = []
        let trail = error.trail.map { "; named by \($0)" }.joined()
        return APIError(.failed, Text(alone.description + trail))
    }

    private static func isFolder(_ path: FilePath) -> Bool {
        guard let folder = try? FileDescriptor.open(path, .readOnly, options: [.directory, .closeOnExec]) else {
            return false
        }
        try? folder.close()
        return true
    }

    /// The folder at or above a path that holds `.git`.
    private static func workTree(around folder: FilePath) -> FilePath? {
        var folder = folder
        while true {
            if access(folder.appending(".git").string, F_OK) == 0 { return folder }
            guard !folder.components.isEmpty else { return nil }
            folder.removeLastComponent()
        }
    }
}

extension Result where Failure == KustomizeError {
    fileprivate func get(_ translate: (KustomizeError) -> APIError) throws(APIError) -> Success {
        switch self {
        case .success(let value): value
        case .failure(let error): throw translate(error)
        }
    }
}

extension FolderRequest {
    /// Charts are fetched for this one look, by what an operator trusts.
    mutating func setCharts(in scratch: RenderScratch, by trust: @escaping @Sendable () -> Trust) {
        let helm = LateHelm {
            let place = HelmPlace(state: scratch.path, trust: trust(), keepsFrozen: false)
            return OwnHelm(scratch: scratch.path + "/helm", place: place)
        }
        options.charts = KustomizeCharts(helm).charts
    }
}

/// A folder for what one look fetches. It has a name, and is removed, only if something asked for it: most looks fetch
/// nothing.
final class RenderScratch: Sendable {
    private let chosen = Mutex<String?>(nil)

    var path: String {
        chosen.withLock { chosen in
            let path = chosen ?? NSTemporaryDirectory() + "trimtab-render-" + UUID().uuidString
            chosen = path
            return path
        }
    }

    func remove() {
        guard let path = chosen.withLock({ $0 }) else { return }
        try? FileManager.default.removeItem(atPath: path)
    }
}

/// Looks for Helm when the first chart is to be rendered: most kustomizations have none, and should not wait for it.
private final class LateHelm: ChartTemplates {
    private let made = Mutex<OwnHelm?>(nil)
    private let make: @Sendable () -> OwnHelm

    init(_ make: @escaping @Sendable () -> OwnHelm) { self.make = make }

    func render(_ request: HelmRequest, from tree: any TreeReader) async throws(HelmError) -> HelmOutput {
        let helm = made.withLock { made in
            let helm = made ?? make()
            made = helm
            return helm
        }
        return try await helm.render(request, from: tree)
    }
}
