// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import KubernetesClient
import Manifest

/// What the server has against a change, in words that say what to do.
struct Refused: Sendable {
    let error: KubernetesError
    let object: ObjectID

    init(_ error: KubernetesError, object: ObjectID) {
        self.error = error
        self.object = object
    }

    /// Fields that cannot be changed once the object is there.
    var immutableFields: [Text] {
        guard error.code == .invalid else { return [] }
        return error.causes.filter { cause in
            let words = cause.message.string
            return words.contains("immutable") || words.contains("may not be changed")
                || words.contains("updates to statefulset spec") || words.contains("is forbidden after creation")
        }.map(\.field)
    }

    /// The UID of the object that is to be made anew, since the server forbids the change; throws where it must not be.
    func replaced(by plan: ApplyPlan, _ reach: Reach) throws(KubernetesError) -> Text {
        let fields = immutableFields
        guard let uid = plan.uid, !fields.isEmpty else { throw error }
        // What somebody else has made is theirs to remove.
        guard plan.isOurs else {
            let names = Text(fields.map(\.string).joined(separator: ", "))
            throw KubernetesError(
                .invalid, subject: Text("\(object)"),
                message: "is not this application's, and \(names) cannot be changed: remove it by hand")
        }
        guard reach.mayReplace(object) else { throw error }
        return uid
    }

    /// Who holds fields that are declared, and which; `nil` where nobody does.
    var holder: (manager: Text, fields: Text)? {
        let conflicts = error.ownershipConflicts
        guard let first = conflicts.first else { return nil }
        let fields = conflicts.prefix(5).map(\.field.string).joined(separator: ", ")
        let more = conflicts.count > 5 ? " and \(conflicts.count - 5) more" : ""
        return (first.manager, Text(fields + more))
    }

    var words: Text {
        if let holder {
            return
                "is there already and \(holder.manager) manages \(holder.fields): take them out of its hands, or remove the object from one of both"
        }
        let fields = immutableFields
        if !fields.isEmpty {
            let names = Text(fields.map(\.string).joined(separator: ", "))
            return
                "\(names) cannot be changed: the object must be made anew; the project's limits may allow that: replace: [\(object.kind)]"
        }
        return Text(String(describing: error))
    }
}
