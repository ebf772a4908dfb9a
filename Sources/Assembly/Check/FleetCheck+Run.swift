// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Commands
import Foundation
import GitSource
import Manifest
import Model
import Rendering
import SystemPackage

extension FleetCheck {
    /// Checks a folder as it lies on the disk. Sources are fetched only for rendering, into a folder that is kept when one
    /// was named.
    static func run(_ request: FleetCheckRequest) async throws(APIError) -> FleetCheck {
        let scratch = NSTemporaryDirectory() + "trimtab-check-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: scratch) }
        let tree: FolderTree
        do throws(TreeError) { tree = try FolderTree(FilePath(request.folder.string)) } catch {
            // Which folder that is stands in it.
            throw APIError(.failed, Text("\(error)"))
        }
        guard request.isRendering else {
            return try await run(request, tree, with: nil, .live(scratch: scratch + "/helm"))
        }
        let trust = try trust(request.trust)
        let state = request.state?.string ?? scratch
        // What is made up by chance is made up for the check alone.
        let helm = HelmPlace(state: state, trust: trust, keepsFrozen: false)
        return try await run(
            request, tree, with: try opener(state, trust), .live(scratch: scratch + "/helm", helm: helm))
    }

    private static func run(
        _ request: FleetCheckRequest, _ tree: FolderTree, with opener: RepositoryOpener?, _ renderers: Renderers
    ) async throws(APIError) -> FleetCheck {
        let trees = SourceTrees(own: tree, folder: request.folder.string, opener: opener)
        do throws(TreeError) {
            let check = try await FleetChecker.check(
                tree, trees: trees, renderers: renderers, kubeVersion: request.kubeVersion)
            await trees.close()
            return check
        } catch {
            await trees.close()
            throw APIError(.failed, "\(request.folder): \(error)")
        }
    }

    private static func trust(_ file: Text?) throws(APIError) -> Trust {
        var trust = Trust()
        if let file { trust = try Trust(file: file.string) }
        // Whoever checks a folder of this machine lets it name its neighbours.
        trust.policy.allowsLocalPaths = true
        return trust
    }

    private static func opener(_ state: String, _ trust: Trust) throws(APIError) -> RepositoryOpener {
        do {
            try FileManager.default.createDirectory(
                atPath: state, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            return try RepositoryOpener(state: state, trust: trust, clocks: .system)
        } catch {
            throw APIError(.unavailable, "\(Text(state)) cannot be used: \(Text("\(error)"))")
        }
    }
}
