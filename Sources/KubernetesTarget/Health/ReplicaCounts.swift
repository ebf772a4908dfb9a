// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

/// How many of the wanted copies of something are where they should be.
struct ReplicaCounts: Sendable {
    var wanted: Int64
    var there: Int64
    var updated: Int64
    var ready: Int64
    var available: Int64

    /// What is still missing, in words; `nil` when nothing is.
    var lack: String? {
        if there < wanted { return "\(there) of \(wanted) replicas exist" }
        if updated < wanted { return "\(updated) of \(wanted) replicas are updated" }
        if there > wanted { return "\(there - wanted) old replicas are still there" }
        if available < updated { return "\(available) of \(wanted) replicas are available" }
        if ready < wanted { return "\(ready) of \(wanted) replicas are ready" }
        return nil
    }
}
