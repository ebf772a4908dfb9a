// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Commands
import Foundation
import GitSource
import Kustomize
import Manifest
import Model

extension FolderRendering {
    /// Builds a kustomization of a commit. What is fetched for it goes to `scratch`, which the caller removes.
    static func build(
        _ request: FolderRequest, at place: FolderRequest.Place, scratch: RenderScratch
    ) async throws(APIError) -> [BuiltObject] {
        guard let folder = TreePath(request.folder) else {
            throw APIError(
                .invalid, "\(request.folder) is no folder in a repository",
                advice: "name it from the repository's root: overlays/prod, or . for the root")
        }
        var trust = Trust()
        if let file = place.trust { trust = try Trust(file: file.string) }
        // Whoever asks may read this machine's repositories as it is.
        trust.policy.allowsLocalPaths = true
        var request = request
        request.setCharts(in: scratch) { [trust] in trust }
        let built: Result<[BuiltObject], KustomizeError>
        do {
            try FileManager.default.createDirectory(
                atPath: scratch.path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            let opener = try RepositoryOpener(state: scratch.path, trust: trust, clocks: .system)
            do { built = try await build(request, folder, at: place, with: opener) } catch {
                await opener.mirrors.close()
                throw error
            }
            await opener.mirrors.close()
        } catch let failure as SourceFailure {
            throw APIError(.failed, "\(place.repository): \(Text("\(failure)"))", advice: Text(failure.advice))
        } catch let failure as ContentFailure where failure.isMissing {
            throw APIError(.notFound, Text(failure.reason))
        } catch {
            throw APIError(.failed, "\(place.repository): \(Text("\(error)"))")
        }
        switch built {
        case .success(let objects): return objects
        case .failure(let error): throw APIError(.failed, "\(Text("\(error)"))")
        }
    }

    private static func build(
        _ request: FolderRequest, _ folder: TreePath, at place: FolderRequest.Place, with opener: RepositoryOpener
    ) async throws -> Result<[BuiltObject], KustomizeError> {
        let repository = try await opener.fleet(at: place.repository.string)
        guard case .git(let source) = repository.kind else {
            throw ContentFailure("is no Git repository; leave out --repository to render a folder as it lies there")
        }
        let commit: CommitID?
        if let revision = place.revision {
            commit = try await repository.resolve(revision: revision)
        } else {
            commit = try await source.preview(.head)
        }
        let tree = try await repository.tree(of: commit).reader
        do throws(KustomizeError) {
            return .success(try await Kustomization.build(tree, at: folder, options: request.options))
        } catch {
            return .failure(error)
        }
    }
}
