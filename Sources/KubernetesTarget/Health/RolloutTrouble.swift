// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import KubernetesClient
import Manifest
import Model

/// Why a rollout does not come to its end, in words: from its ReplicaSets, which say why no Pod is made, from its Pods,
/// which say why no container runs, and from the events about it.
enum RolloutTrouble {
    /// - Parameter told: what the rollout's own health says; that is not said twice.
    static func words(pods: [Value], replicaSets: [Value], told: String = "", now: Time) -> String? {
        for set in replicaSets {
            let subject = HealthSubject(object: set, now: now)
            let failure = subject.condition("ReplicaFailure")
            if let failure, failure.isTrue, failure.message.isEmpty || !told.contains(failure.message.string) {
                return "ReplicaSet \(name(set)): \(failure.words)"
            }
        }
        for pod in pods {
            let report = PodHealth.health(HealthSubject(object: pod, now: now))
            if report.health == .degraded { return "Pod \(name(pod)): \(report.reason)" }
        }
        return nil
    }

    /// The newest warning of those about the rollout itself.
    static func words(events: [Value]) -> String? {
        let warnings = events.filter { $0["type"] == "Warning" }
        let newest = warnings.max { (time($0), $0.resourceVersion ?? "") < (time($1), $1.resourceVersion ?? "") }
        guard let newest, let message = newest["message"]?.stringValue, !message.isEmpty else { return nil }
        return newest["reason"]?.stringValue.map { "\($0): \(message)" } ?? message.string
    }

    /// As RFC 3339 has it, in UTC: later is greater.
    private static func time(_ event: Value) -> Text {
        event["lastTimestamp"]?.stringValue ?? event["eventTime"]?.stringValue
            ?? event["metadata"]?["creationTimestamp"]?.stringValue ?? ""
    }

    private static func name(_ object: Value) -> Text { object["metadata"]?["name"]?.stringValue ?? "?" }
}
