// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// A repository of charts that applications may take charts from, dependencies included, and what opens it.
package struct ChartRepository: Sendable, Hashable {
    /// Without a slash at the end.
    package let address: Text
    /// The name of credentials that lie with the agent.
    package var credentials: Text?

    package init(address: Text, credentials: Text? = nil) {
        self.address = Self.plain(address)
        self.credentials = credentials
    }

    /// Whether an address is this repository's, whatever slashes it ends with.
    package func isAt(_ address: Text) -> Bool { Self.plain(address) == self.address }

    private static func plain(_ address: Text) -> Text {
        Text(utf8: address.utf8.reversed().drop { $0 == UInt8(ascii: "/") }.reversed()) ?? address
    }
}
