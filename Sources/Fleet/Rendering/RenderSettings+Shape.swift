// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model

extension Application {
    /// `source` of an application.
    static let content = Shape<Content>.object(
        Field.optional("name", Shape<SourceName>.name().map(\.text), "A source; fleet is the fleet repository itself."),
        Field.optional("branch", .reference, "Follow this branch."),
        Field.optional("tag", .reference, "Follow this tag."),
        Field.optional("commit", .commit, "Stay at this commit: all its hexadecimal digits."),
        Field.optional("path", .treePath, default: .root, "The folder or file in the source."),
        Field.optional("as", .choice(), kindSummary),
        Field.optional("include", .list(of: .filePattern), includeSummary),
        Field.optional("exclude", .list(of: .filePattern), excludeSummary),
        Field.optional("kustomize", KustomizeSettings.shape, "Changes to what Kustomize builds."),
        Field.optional("helm", HelmSettings.shape, "The chart, and its values.")
    ) { name, branch, tag, commit, path, kind, include, exclude, kustomize, helm in
        let follow = branch.map { Follow.branch($0) } ?? tag.map { .tag($0) } ?? commit.map { .commit($0) }
        return Content(
            source: name, follow: follow,
            rendering: RenderSettings(
                path: path, kind: kind, include: include, exclude: exclude, kustomize: kustomize, helm: helm))
    }
    .atMostOne(of: ["branch", "tag", "commit"])

    static let override = Shape<(Selector?, RenderSettings)>.object(
        Field.optional("on", Selector.shape, "The targets that this is about; all of the application when left out."),
        Field.optional("path", .treePath, "Another folder or file in the source."),
        Field.optional("as", .choice(), kindSummary),
        Field.optional("include", .list(of: .filePattern), includeSummary),
        Field.optional("exclude", .list(of: .filePattern), excludeSummary),
        Field.optional("kustomize", KustomizeSettings.shape, "Further changes to what Kustomize builds."),
        Field.optional("helm", HelmSettings.shape, "Other settings of the chart; values are merged.")
    ) { on, path, kind, include, exclude, kustomize, helm in
        (
            on,
            RenderSettings(
                path: path, kind: kind, include: include, exclude: exclude, kustomize: kustomize, helm: helm)
        )
    }
    .atLeastOne(of: ["path", "as", "include", "exclude", "kustomize", "helm"])
    .located()
    .map { located in Override(on: located.value.0, rendering: located.value.1, written: located.written) }

    private static let kindSummary = "What makes objects of it; told by what lies there when left out."
    private static let includeSummary = "Files that are manifests, of those below the path; all when left out."
    private static let excludeSummary = "Files that are none."
}
