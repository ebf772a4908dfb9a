// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

/// What fetching may cost at most.
package struct FetchLimits: Sendable, Hashable {
    /// For asking a server what it has.
    package var listing: Duration
    /// For a whole fetch.
    package var fetching: Duration
    /// Bytes of a pack, as it is on the disk.
    package var pack: Int64
    /// Bytes of address space of each process.
    package var memory: Int64
    /// Bytes of a server's list of references.
    package var list: Int

    package init(
        listing: Duration = .seconds(60), fetching: Duration = .seconds(600), pack: Int64 = 2 << 30,
        memory: Int64 = 4 << 30, list: Int = 32 << 20
    ) {
        self.listing = listing
        self.fetching = fetching
        self.pack = pack
        self.memory = memory
        self.list = list
    }
}
