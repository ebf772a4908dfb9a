// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Foundation
package import KubernetesClient
import Manifest

/// A control plane of a test's own, which it may break: `scripts/lab/control-plane`.
package struct ControlPlane: Sendable {
    package enum Program: String, Sendable {
        case etcd
        case server = "kube-apiserver"
        case controllers = "kube-controller-manager"
    }

    package struct Failed: Error, CustomStringConvertible {
        package let description: String
    }

    package let folder: URL

    /// Whether one can be made: where the tests' cluster is one.
    package static var isPossible: Bool { TestCluster.isThere && TestCluster.controlPlane != nil }
    package static let hint = "the cluster is not the tests' own"

    /// A control plane that lives as long as the closure. It takes some seconds to start.
    package static func with<Result: Sendable>(
        _ body: (ControlPlane) async throws -> Result
    ) async throws -> Result {
        try await withScratchFolder("control-plane") { folder in
            let plane = ControlPlane(folder: folder)
            let result: Swift.Result<Result, any Error>
            do {
                try await plane.start()
                result = .success(try await body(plane))
            } catch {
                result = .failure(error)
            }
            try await plane.command(["stop"])
            return try result.get()
        }
    }

    package func connection() async throws -> Connection {
        try await Connections.connection(file: Text(folder.appendingPathComponent("admin.kubeconfig").path))
    }

    /// Starts what does not run.
    package func start() async throws { try await command(["start"]) }

    package func kill(_ program: Program) async throws { try await command(["kill"], [program.rawValue]) }

    private func command(_ verb: [String], _ rest: [String] = []) async throws {
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../../scripts/lab/control-plane").standardized.path
        let arguments = verb + [folder.path] + rest
        let result = try await Blocking.run { try TestProcess.run(script, arguments) }
        guard result.status == 0 else { throw Failed(description: "\(script) \(arguments): \(result.text)") }
    }
}
