// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

/// Gets a file over HTTP. The assembly has one that does; tests have a twin in memory.
package protocol ChartTransport: Sendable {
    /// The content at an address, redirects followed.
    ///
    /// - Parameter limit: bytes; more is an error.
    func get(_ address: String, limit: Int) async throws(HelmError) -> [UInt8]
}
