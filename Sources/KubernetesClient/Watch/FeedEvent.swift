// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// What a feed tells whoever keeps an account of the objects of a query.
package enum FeedEvent: Sendable, Hashable {
    /// A list begins. What is not reported until ``complete(at:)`` is gone. It may begin again before that.
    case began
    /// An object of the list.
    case item(Value)
    /// The list is whole, and shows what was at this resource version.
    case complete(at: Text)
    case added(Value)
    case modified(Value)
    /// The object as it was last. With a selector also when it no longer matches, though it lives.
    case deleted(Value)
    /// Changes are not seen until ``recovered`` or ``complete(at:)``; it is tried again.
    case failing(KubernetesError)
    case recovered
}
