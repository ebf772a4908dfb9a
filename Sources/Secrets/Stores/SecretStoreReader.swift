// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// A place outside of Git that secrets are read from. Each implementation passes the conformance suite in `TestSupport`.
package protocol SecretStoreReader: Sendable {
    /// What lies at a path now, or lay there at a version. Asked again and again: what it needs to be signed in, it
    /// keeps.
    ///
    /// - Parameter path: a ``StorePath``.
    func read(_ path: Text, version: Int64?) async throws(StoreError) -> StoredSecret
}

/// What lies at one path of a store.
package struct StoredSecret: Sendable, Hashable {
    /// The store's own number of the version, or a keyed fingerprint where it has none.
    package var version: Text
    /// Rises from version to version, where the store numbers them.
    package var number: Int64?
    /// By key; ``onlyKey`` where a path holds a single value.
    package var values: [Text: Secret<[UInt8]>]

    package static let onlyKey: Text = "value"

    package init(version: Text, number: Int64? = nil, values: [Text: Secret<[UInt8]>]) {
        self.version = version
        self.number = number
        self.values = values
    }
}
