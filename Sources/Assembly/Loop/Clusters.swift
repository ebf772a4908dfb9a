// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Engine
import Foundation
import KubernetesClient
import KubernetesTarget
import Manifest
import Model

/// The clusters that this process has connections to. What a name stands for lies in the state folder:
/// `connections/NAME.kubeconfig`.
actor Clusters {
    private nonisolated let connections: Connections
    private let observations: any ObservationStore
    private let clocks: Clocks
    private var clients: [Text: KubernetesClient] = [:]

    init(state: String, observations: any ObservationStore, clocks: Clocks) {
        connections = Connections(folder: Text(state + "/connections"))
        self.observations = observations
        self.clocks = clocks
    }

    nonisolated func isConnected(_ name: Text) -> Bool {
        if name == Connections.inCluster {
            return ProcessInfo.processInfo.environment["KUBERNETES_SERVICE_HOST"] != nil
        }
        return FileManager.default.fileExists(atPath: "\(connections.folder)/\(name).kubeconfig")
    }

    /// The driver of a cluster. Targets with one connection share its client.
    func driver(of name: Text) async throws -> any TargetDriver {
        let client: KubernetesClient
        if let known = clients[name] {
            client = known
        } else {
            client = KubernetesClient(
                try await connections.connection(name), options: KubernetesClient.Options(userAgent: "trimtab"))
            clients[name] = client
        }
        return KubernetesTarget(cluster: client, observations: observations, clocks: clocks)
    }

    /// How many requests went to each cluster since the start.
    func requests() -> [ClusterRequests] {
        clients.flatMap { connection, client in
            client.counters.all.map { ClusterRequests(connection: connection, kind: $0.key, count: $0.value) }
        }
    }

    func close() async {
        for client in clients.values { await client.shutdown() }
        clients = [:]
    }
}

/// Requests of one kind to one cluster, attempts that failed included.
struct ClusterRequests: Sendable {
    var connection: Text
    /// `GET`, `LIST`, `WATCH`, `PATCH` …
    var kind: Text
    var count: Int
}
