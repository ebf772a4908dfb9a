// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// How an object is written.
package struct WriteOptions: Sendable, Hashable {
    /// Who the server records as the manager of what is written.
    package var manager: Text
    /// For an apply: takes over the fields that others own instead of answering with a conflict.
    package var force: Bool
    /// The server does all but store it.
    package var isDryRun: Bool
    /// What becomes of fields that the kind does not have, on servers that look (1.25 and newer).
    package var unknownFields: UnknownFields

    package enum UnknownFields: Text, Sendable, Hashable {
        case refuse = "Strict"
        case warn = "Warn"
        case drop = "Ignore"
    }

    package init(
        manager: Text, force: Bool = false, isDryRun: Bool = false, unknownFields: UnknownFields = .warn
    ) {
        self.manager = manager
        self.force = force
        self.isDryRun = isDryRun
        self.unknownFields = unknownFields
    }
}

/// What the server made of a write.
package struct WriteAnswer: Sendable, Hashable {
    /// The object as it is stored now, or would be.
    package var object: Value
    /// It was not there before.
    package var wasCreated: Bool
    /// What the server wants people to know: deprecated versions, unknown fields.
    package var warnings: [Text]

    package init(object: Value, wasCreated: Bool, warnings: [Text] = []) {
        self.object = object
        self.wasCreated = wasCreated
        self.warnings = warnings
    }
}

/// A change to an object that is there.
package enum Patch: Sendable, Hashable {
    /// RFC 7386: maps are merged, `null` removes, lists are replaced.
    case merge(Value)
    /// RFC 6902: a list of operations.
    case json([Value])
}

/// How an object is deleted.
package struct DeleteOptions: Sendable, Hashable {
    /// What becomes of what the object owns.
    package enum Propagation: Text, Sendable, Hashable {
        case background = "Background"
        /// The object goes when the last of them has gone.
        case foreground = "Foreground"
        case orphan = "Orphan"
    }

    /// Only if it is this object, and not one that took its place.
    package var uid: Text?
    /// Only if nobody has changed it since.
    package var resourceVersion: Text?
    package var propagation: Propagation
    /// Seconds; `nil` leaves it to the kind.
    package var gracePeriod: Int?
    package var isDryRun: Bool

    package init(
        uid: Text? = nil, resourceVersion: Text? = nil, propagation: Propagation = .background,
        gracePeriod: Int? = nil, isDryRun: Bool = false
    ) {
        self.uid = uid
        self.resourceVersion = resourceVersion
        self.propagation = propagation
        self.gracePeriod = gracePeriod
        self.isDryRun = isDryRun
    }
}

package enum DeleteAnswer: Sendable, Hashable {
    /// It is gone.
    case deleted
    /// It is marked, and goes when its finalizers and its grace period allow.
    case terminating
}
