// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

/// What a visitor must be allowed for a place. The raw value is how roles call it.
package enum PagePermission: String, Sendable, Hashable, CaseIterable {
    case read, sync, pause, rollback, confirm, audit
}
