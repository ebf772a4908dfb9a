// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// A value with one shape on the wire: what the HTTP API carries and what `--output json` prints.
///
/// Reading ignores keys that it does not know, so that an older client understands a newer daemon; a key that is
/// missing, or a value of the wrong kind, is an error that names the place.
package protocol Wire: Sendable {
    init(wire: Value) throws(WireError)

    /// Never holds a secret leaf.
    var wire: Value { get }
}

/// Why a value could not be read from the wire.
package struct WireError: Error, Sendable, Hashable, CustomStringConvertible {
    /// From the outermost value inwards.
    package var path: FieldPath
    /// `must be a string, not a list`.
    package var reason: String

    package init(path: FieldPath = FieldPath(), reason: String) {
        self.path = path
        self.reason = reason
    }

    package var description: String { path.isEmpty ? "the value \(reason)" : "\"\(path)\" \(reason)" }

    func inside(_ step: FieldPath.Step) -> WireError {
        WireError(path: FieldPath([step] + path.steps), reason: reason)
    }
}

extension WireError {
    static func expected(_ what: String, in value: Value) -> WireError {
        WireError(reason: "must be \(what), not \(value.kindInWords)")
    }
}
