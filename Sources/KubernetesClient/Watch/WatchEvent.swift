// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// What a watch reports.
package enum WatchEvent: Sendable, Hashable {
    case added(Value)
    case modified(Value)
    /// The object as it was last. With a selector also when it no longer matches, though it lives.
    case deleted(Value)
    /// Everything up to this resource version was reported.
    case bookmark(Text)

    /// What to watch from after this event.
    package var resourceVersion: Text? {
        switch self {
        case .added(let object), .modified(let object), .deleted(let object): object.resourceVersion
        case .bookmark(let version): version
        }
    }
}
