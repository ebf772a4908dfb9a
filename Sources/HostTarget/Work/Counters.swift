// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Synchronization

/// How often the driver changed something on the target: what a test counts instead of time.
package final class Counters: Sendable {
    package struct Values: Sendable, Hashable {
        /// Files and links put in place.
        package var replaced = 0
        /// Owners and modes set in place.
        package var adjusted = 0
        package var removed = 0
        package var folders = 0
        /// Inventories written.
        package var ledgers = 0
        /// Inventories of which the kernel was asked whether they changed.
        package var ledgersLookedAt = 0
        /// Inventories read.
        package var ledgersRead = 0
        /// Files whose content was read to compare it.
        package var contentsRead = 0
        /// Manifests that were admitted or compared, or read to remember them.
        package var manifestsRead = 0
        /// Acts on services.
        package var services = 0
        /// Packages installed, changed or removed.
        package var packages = 0

        package var writes: Int { replaced + adjusted + removed + folders + ledgers + services + packages }
    }

    private let state = Mutex(Values())

    package init() {}

    package var values: Values { state.withLock { $0 } }

    func count(_ change: (inout Values) -> Void) { state.withLock { change(&$0) } }
}
