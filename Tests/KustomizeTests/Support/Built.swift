// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Kustomize
import Manifest
import Model
import TestSupport

/// What a tree of files builds to, as YAML in the order of the input, or the error.
func built(
    _ files: [String: String], at path: String = "",
    options: Kustomization.Options = Kustomization.Options(order: .none)
) async -> String {
    do throws(KustomizeError) {
        let objects = try await Kustomization.build(
            MemoryTree(files: files), at: TreePath(Text(path)) ?? .root, options: options)
        return String(decoding: GoYAML.write(objects.map(\.manifest)), as: UTF8.self)
    } catch {
        return "\(error)"
    }
}

/// A tree with one file of objects beside a kustomization.
func built(_ kustomization: String, _ objects: String) async -> String {
    await built(["kustomization.yaml": "resources: [objects.yaml]\n" + kustomization, "objects.yaml": objects])
}

/// A Deployment with one container, and what else is said of its pods.
func deployment(_ name: String, image: String = "nginx:1.0") -> String {
    """
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: \(name)
    spec:
      template:
        spec:
          containers:
          - image: \(image)
            name: web

    """
}
