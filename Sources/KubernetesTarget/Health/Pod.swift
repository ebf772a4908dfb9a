// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model

enum PodHealth {
    /// So long a Pod may look for a node before it counts as one that finds none.
    static let schedulingGrace: Duration = .seconds(15)

    static func health(_ subject: HealthSubject) -> HealthReport {
        switch subject.status["phase"]?.stringValue?.string {
        case "Succeeded": return .healthy
        case "Failed": return .degraded(failure(of: subject) ?? "the Pod failed")
        case "Running": return running(subject)
        case "Pending": return pending(subject)
        case "Unknown": return HealthReport(.unknown, reason: "its node does not answer")
        default: return .progressing("nobody has looked at it yet")
        }
    }

    private static func running(_ subject: HealthSubject) -> HealthReport {
        if let ready = subject.condition("Ready"), ready.isTrue { return .healthy }
        if let trouble = trouble(of: subject.object) { return .degraded(trouble) }
        // One that ended before and is not well now ends again and again.
        for status in containers(of: subject.object) {
            if let last = status["lastState"]?["terminated"] {
                return .degraded("\(name(status)) ended: \(ending(last))")
            }
        }
        let ready = subject.condition("Ready")?.words ?? ""
        return .progressing(ready.isEmpty ? "is not ready" : ready)
    }

    private static func pending(_ subject: HealthSubject) -> HealthReport {
        if let trouble = trouble(of: subject.object) { return .degraded(trouble) }
        guard let scheduled = subject.condition("PodScheduled"), scheduled.isFalse else {
            return .progressing("is starting")
        }
        let isNew = subject.age.map { $0 < schedulingGrace } ?? false
        let words = scheduled.words.isEmpty ? "finds no node" : scheduled.words
        return scheduled.reason == "Unschedulable" && !isNew ? .degraded(words) : .progressing(words)
    }

    /// The first container that cannot run, and why.
    static func trouble(of pod: Value) -> String? {
        for status in containers(of: pod) {
            guard let waiting = status["state"]?["waiting"], let reason = waiting["reason"]?.stringValue?.string else {
                continue
            }
            let isTrouble =
                reason.hasPrefix("Err") || reason.hasSuffix("Error") || reason.hasSuffix("BackOff")
                || reason == "InvalidImageName"
            guard isTrouble else { continue }
            let message = waiting["message"]?.stringValue.map { ": \($0)" } ?? ""
            let last = status["lastState"]?["terminated"].map { ", it ended with \(ending($0))" } ?? ""
            return "\(name(status)): \(reason)\(message)\(last)"
        }
        return nil
    }

    private static func failure(of subject: HealthSubject) -> String? {
        if let message = subject.status["message"]?.stringValue, !message.isEmpty { return message.string }
        for status in containers(of: subject.object) {
            if let ended = status["state"]?["terminated"], ended["exitCode"]?.intValue != 0 {
                return "\(name(status)) ended: \(ending(ended))"
            }
        }
        return subject.status["reason"]?.stringValue?.string
    }

    private static func containers(of pod: Value) -> [Value] {
        let status = pod["status"]
        return (status?["initContainerStatuses"]?.arrayValue ?? []) + (status?["containerStatuses"]?.arrayValue ?? [])
    }

    private static func name(_ status: Value) -> String { "container \(status["name"]?.stringValue ?? "?")" }

    private static func ending(_ ended: Value) -> String {
        let reason = ended["reason"]?.stringValue?.string ?? "an error"
        return ended["exitCode"]?.intValue.map { "\(reason) (exit code \($0))" } ?? reason
    }
}
