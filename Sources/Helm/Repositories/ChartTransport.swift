// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// Gets a file over HTTP. The assembly has one that does; tests have a twin in memory.
package protocol ChartTransport: Sendable {
    /// The content at an address, redirects followed.
    ///
    /// - Parameter credentials: the name of what opens the server; it goes nowhere but to the scheme, host and port that it
    ///   is bound to.
    /// - Parameter limit: bytes; more is an error.
    func get(_ address: String, by credentials: Text?, limit: Int) async throws(HelmError) -> [UInt8]
}
