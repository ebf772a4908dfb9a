// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model

enum HorizontalPodAutoscalerHealth {
    static func health(_ subject: HealthSubject) -> HealthReport {
        let conditions = conditions(of: subject)
        guard !conditions.isEmpty else { return .progressing("waits for its controller") }
        for condition in conditions {
            let reason = condition["reason"]?.stringValue?.string ?? ""
            let isBad =
                reason.hasPrefix("Failed") || reason == "InvalidSelector" || reason == "InvalidMetricSourceType"
            if condition["status"] == "False", isBad {
                return .degraded("\(reason): \(condition["message"]?.stringValue ?? "")")
            }
        }
        let works = conditions.contains { condition in
            let type = condition["type"]?.stringValue
            return condition["status"] == "True" && (type == "AbleToScale" || type == "ScalingLimited")
        }
        return works ? .healthy : .progressing("has not scaled anything yet")
    }

    /// In v1 they stand in an annotation.
    private static func conditions(of subject: HealthSubject) -> [Value] {
        if let conditions = subject.status["conditions"]?.arrayValue { return conditions }
        let text = subject.object["metadata"]?["annotations"]?["autoscaling.alpha.kubernetes.io/conditions"]
        let budget = Budget(bytes: 1 << 16, depth: 8, nodes: 1000, documents: 1)
        return text?.stringValue.flatMap { try? JSON.read(Array($0.utf8), budget: budget) }?.arrayValue ?? []
    }
}
