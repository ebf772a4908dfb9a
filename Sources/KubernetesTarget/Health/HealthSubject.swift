// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model

/// A live object as the rules of health read it.
struct HealthSubject: Sendable {
    let object: Value
    /// The newest that is known of the object; what is said of an older one says nothing.
    let newest: Int64
    let now: Time

    /// - Parameter appliedGeneration: what our last apply made, which may be newer than the object at hand.
    init(object: Value, appliedGeneration: Int64 = 0, now: Time) {
        self.object = object
        self.now = now
        newest = max(object["metadata"]?["generation"]?.intValue ?? 0, appliedGeneration)
    }

    var spec: Value { object["spec"] ?? .null }
    var status: Value { object["status"] ?? .null }

    static let unseen: Text = "its controller has not seen the newest change yet"

    struct Condition: Sendable {
        var isTrue: Bool
        var isFalse: Bool
        /// It was true of an older generation, and of this one nobody has spoken.
        var wasTrue = false
        var reason: Text
        var message: Text

        /// `reason: message`, as far as there are any.
        var words: String {
            [reason.string, message.string].filter { !$0.isEmpty }.joined(separator: ": ")
        }
    }

    /// A condition; one that speaks of an older generation of the object is neither true nor false.
    ///
    /// - Parameter isLasting: what it says once holds for all generations.
    func condition(_ type: Text, isLasting: Bool = false) -> Condition? {
        let found = status["conditions"]?.arrayValue?.first { $0["type"]?.stringValue == type }
        return found.map { condition in
            let status = condition["status"]?.stringValue
            if !isLasting, let observed = condition["observedGeneration"]?.intValue, observed < newest {
                return Condition(
                    isTrue: false, isFalse: false, wasTrue: status == "True", reason: "", message: Self.unseen)
            }
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
