// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

/// Why an archive is refused.
package struct ArchiveError: Error, Sendable, Hashable, CustomStringConvertible {
    package var reason: String

    package init(_ reason: String) { self.reason = reason }

    package var description: String { reason }
}
