// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model

/// A live object as the rules of health read it.
struct HealthSubject: Sendable {
    let object: Value
    let now: Time

    var spec: Value { object["spec"] ?? .null }
    var status: Value { object["status"] ?? .null }
    var generation: Int64? { object["metadata"]?["generation"]?.intValue }

    struct Condition: Sendable {
        var isTrue: Bool
        var isFalse: Bool
        var reason: Text
        var message: Text

        /// `reason: message`, as far as there are any.
        var words: String {
            [reason.string, message.string].filter { !$0.isEmpty }.joined(separator: ": ")
        }
    }

    func condition(_ type: Text) -> Condition? {
        let found = status["conditions"]?.arrayValue?.first { $0["type"]?.stringValue == type }
        return found.map { condition in
            let status = condition["status"]?.stringValue
            return Condition(
                isTrue: status == "True", isFalse: status == "False", reason: condition["reason"]?.stringValue ?? "",
                message: condition["message"]?.stringValue ?? "")
        }
    }

    /// A count in the status; 0 when it is left out, as servers do.
    func count(_ field: Text) -> Int64 { status[field]?.intValue ?? 0 }

    /// How long ago the object was made.
    var age: Duration? {
        object["metadata"]?["creationTimestamp"]?.stringValue.flatMap { Time(parsing: $0) }.map {
            now.duration(since: $0)
        }
    }
}

extension HealthReport {
    static let healthy = HealthReport(.healthy)
    static func progressing(_ reason: String) -> HealthReport { HealthReport(.progressing, reason: reason) }
    static func degraded(_ reason: String) -> HealthReport { HealthReport(.degraded, reason: reason) }
}
