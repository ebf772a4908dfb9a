// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model

/// Why a rollout does not come to its end, in words: from its ReplicaSets, which say why no Pod is made, and from its
/// Pods, which say why no container runs.
enum RolloutTrouble {
    static func words(pods: [Value], replicaSets: [Value], now: Time) -> String? {
        for set in replicaSets {
            let subject = HealthSubject(object: set, now: now)
            if let failure = subject.condition("ReplicaFailure"), failure.isTrue {
                return "ReplicaSet \(name(set)): \(failure.words)"
            }
        }
        for pod in pods {
            let report = PodHealth.health(HealthSubject(object: pod, now: now))
            if report.health == .degraded { return "Pod \(name(pod)): \(report.reason)" }
        }
        return nil
    }

    private static func name(_ object: Value) -> Text { object["metadata"]?["name"]?.stringValue ?? "?" }
}
