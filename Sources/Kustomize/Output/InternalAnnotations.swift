// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// Annotations that kustomize uses within a build and takes off at its end, also where somebody wrote them.
enum InternalAnnotations {
    static func contains(_ key: Text) -> Bool {
        guard key.string.hasPrefix("internal.config.kubernetes.io/") || key.string.hasPrefix("config.k") else {
            return false
        }
        return names.contains(key)
    }

    private static let names: Set<Text> = Set(
        [
            "previousKinds", "previousNames", "previousNamespaces", "prefixes", "suffixes", "allowNameChange",
            "allowKindChange", "refBy", "generatorBehavior", "needsHashSuffix", "path", "index", "seqindent", "id",
            "annotations-migration-resource-id",
        ].map { Text("internal.config.kubernetes.io/\($0)") }
            + ["config.kubernetes.io/path", "config.kubernetes.io/index", "config.k8s.io/id"])
}
