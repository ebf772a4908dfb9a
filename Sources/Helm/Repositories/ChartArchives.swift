// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// Where packaged charts come from.
package protocol ChartArchives: Sendable {
    /// The archive of a chart, whose content is what its reference pins.
    ///
    /// - Parameter credentials: the name of what opens the repository.
    func archive(of reference: ChartReference, by credentials: Text?) async throws(HelmError) -> [UInt8]
}
