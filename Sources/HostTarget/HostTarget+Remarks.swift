// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
package import Model

extension HostTarget {
    /// Places that objects have left, and that only a person can empty.
    package func remarks(on unit: UnitID) -> [Text] {
        (book.lastRead(of: unit)?.doubts ?? []).compactMap { former -> Text? in
            guard let path = former.entry.path else { return nil }
            return Text(
                "\(path), which \(former.object) has left, stays: Trimtab's record on this host was lost, so it is not known"
                    + " whether Trimtab made it; remove it by hand or move it away")
        }.sorted()
    }

    package var hasRemarks: Bool { book.hasDoubts }
}
