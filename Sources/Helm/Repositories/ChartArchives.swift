// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

/// Where packaged charts come from.
package protocol ChartArchives: Sendable {
    /// The archive of a chart, whose content is what its reference pins.
    func archive(of reference: ChartReference) async throws(HelmError) -> [UInt8]
}
