// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import BenchmarkSupport
import Foundation
import Manifest
import Model
import Synchronization

/// A tree of kustomizations that is the same on every machine.
struct KustomizeTree {
    var name: String
    var title: String
    var root: String
    var rounds: Int
    var files: [TreePath: [UInt8]]

    func write(to folder: String) throws {
        for (path, content) in files {
            let place = "\(folder)/\(path)"
            try FileManager.default.createDirectory(
                atPath: (place as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
            try Data(content).write(to: URL(filePath: place))
        }
    }

    /// A base of a Deployment, a Service, a ConfigMap and a ServiceAccount, and an overlay that renames, patches and
    /// generates.
    static let overlay = KustomizeTree(
        name: "overlay", title: "an overlay of four objects", root: "prod", rounds: 31,
        files: tree([
            "base/kustomization.yaml": "resources: [deployment.yaml, service.yaml, account.yaml]\n",
            "base/deployment.yaml": deployment("web"),
            "base/service.yaml": """
            apiVersion: v1
            kind: Service
            metadata:
              name: web
            spec:
              ports:
              - port: 80
              selector:
                app: web

            """,
            "base/account.yaml": "apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: web\n",
            "prod/kustomization.yaml": """
            resources: [../base]
            namespace: prod
            namePrefix: prod-
            labels:
            - pairs: {env: prod}
              includeSelectors: true
            images:
            - {name: registry.example.org/web, newTag: "2.0"}
            configMapGenerator:
            - name: web
              literals: [LEVEL=info]
            patches:
            - path: patch.yaml

            """,
            "prod/patch.yaml": patch("web", replicas: 3),
        ]))

    /// A thousand Deployments, and a patch for each.
    static let thousand: KustomizeTree = {
        var base = ""
        var patches = ""
        for number in 0..<1000 {
            base += (number > 0 ? "---\n" : "") + deployment("web-\(number)")
            patches += (number > 0 ? "---\n" : "") + patch("web-\(number)", replicas: number % 7 + 1)
        }
        return KustomizeTree(
            name: "thousand", title: "1,000 Deployments with a patch on each", root: "prod", rounds: 5,
            files: tree([
                "base/kustomization.yaml": "resources: [deployments.yaml]\n",
                "base/deployments.yaml": base,
                "prod/kustomization.yaml": "resources: [../base]\nnamespace: prod\npatches:\n- path: patches.yaml\n",
                "prod/patches.yaml": patches,
            ]))
    }()

    private static func tree(_ files: [String: String]) -> [TreePath: [UInt8]] {
        var tree: [TreePath: [UInt8]] = [:]
        for (path, content) in files {
            if let path = TreePath(Text(path)) { tree[path] = Array(content.utf8) }
        }
        return tree
    }

    private static func deployment(_ name: String) -> String {
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: \(name)
          labels:
            app: \(name)
        spec:
          replicas: 1
          selector:
            matchLabels:
              app: \(name)
          template:
            metadata:
              labels:
                app: \(name)
            spec:
              serviceAccountName: web
              containers:
              - name: web
                image: registry.example.org/web:1.4.2
                ports:
                - containerPort: 8080
                  protocol: TCP
                env:
                - name: LOG_LEVEL
                  value: info
                - name: DATABASE
                  valueFrom:
                    secretKeyRef:
                      name: database
                      key: url
                resources:
                  requests:
                    cpu: 100m
                    memory: 128Mi
                readinessProbe:
                  httpGet:
                    path: /ready
                    port: 8080

        """
    }

    private static func patch(_ name: String, replicas: Int) -> String {
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: \(name)
        spec:
          replicas: \(replicas)
          template:
            spec:
              containers:
              - name: web
                env:
                - name: LOG_LEVEL
                  value: warning
                resources:
                  limits:
                    memory: 256Mi

        """
    }
}

/// Files by path, and nothing else.
struct FilesInMemory: TreeReader {
    let files: [TreePath: [UInt8]]

    func entry(at path: TreePath) async throws(TreeError) -> TreeEntry? { throw .notFound(path) }
    func children(of path: TreePath) async throws(TreeError) -> [TreeEntry] { throw .notFound(path) }
    func blob(at path: TreePath) async throws(TreeError) -> BlobReference { throw .notFound(path) }

    func read(_ path: TreePath, limit: Int) async throws(TreeError) -> [UInt8] {
        if let content = files[path] { return content }
        throw files.keys.contains { $0.isWithin(path) } ? .notAFile(path) : .notFound(path)
    }
}

/// What an asynchronous body came to.
final class Outcome<Success: Sendable>: Sendable {
    private let result = Mutex<Result<Success, any Error>?>(nil)

    func set(_ value: Result<Success, any Error>) async { result.withLock { $0 = value } }

    func take() throws -> Success {
        guard let result = result.withLock({ $0 }) else { throw Child.Failed(description: "nothing came of it") }
        return try result.get()
    }
}
