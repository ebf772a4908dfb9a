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
    /// Packs of a mirror, each of one fetch, until they are joined.
    package var packs: Int
    /// Bytes of names that one process is given: the kernel takes 2 MB of arguments, the environment included
    /// (`execve(2)`).
    package var names: Int

    package init(
        listing: Duration = .seconds(60), fetching: Duration = .seconds(600), pack: Int64 = 2 << 30,
        memory: Int64 = 4 << 30, list: Int = 32 << 20, packs: Int = 40, names: Int = 256 << 10
    ) {
        self.listing = listing
        self.fetching = fetching
        self.pack = pack
        self.memory = memory
        self.list = list
        self.packs = packs
        self.names = names
    }

    /// What a POSIX shell does to hold itself to the limits and become the command that follows. Each process that is
    /// started on the way to `git` costs a commit a millisecond, so it is one.
    var shell: String {
        // Files are counted in blocks of 512 bytes, memory in kibibytes. A write beyond the limit shall fail and say so,
        // rather than end its process without a word.
        "ulimit -f \(pack >> 9) && ulimit -v \(memory >> 10) && ulimit -c 0 && trap '' XFSZ && exec \"$@\""
    }
}
