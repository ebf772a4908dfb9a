// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Model

extension ObjectDatabase {
    /// The entries of a tree, by the bytes of their names. Read once and kept while it is in use.
    package func tree(_ id: GitID) async throws(ObjectError) -> [TreeEntry] {
        if let entries = cachedTree(id) { return entries }
        let bytes = try await read(id, as: .tree, limit: TreeParser.sizeLimit)
        let entries: [TreeEntry]
        do throws(MalformedObject) {
            entries = try TreeParser.parse(bytes, hashLength: id.bytes.count)
        } catch {
            throw .corrupt(id, reason: error.reason)
        }
        keep(entries, of: id)
        return entries
    }

    package func commit(_ id: CommitID) async throws(ObjectError) -> Commit {
        let bytes = try await read(id.id, as: .commit, limit: Commit.sizeLimit)
        do throws(MalformedObject) {
            return try Commit(parsing: bytes)
        } catch {
            throw .corrupt(id.id, reason: error.reason)
        }
    }

    package func tag(_ id: GitID) async throws(ObjectError) -> Tag {
        let bytes = try await read(id, as: .tag, limit: Commit.sizeLimit)
        do throws(MalformedObject) {
            return try Tag(parsing: bytes)
        } catch {
            throw .corrupt(id, reason: error.reason)
        }
    }

    /// A blob of at most `limit` bytes, from the cache of small ones when it is there.
    func smallBlob(_ id: GitID, limit: Int) async throws(ObjectError) -> (size: Int64, bytes: [UInt8]?) {
        if let bytes = cachedBlob(id) { return (Int64(bytes.count), bytes) }
        let (info, bytes) = try await peek(id, limit: limit)
        guard info.kind == .blob else { throw .wrongKind(id, expected: .blob, found: info.kind) }
        if let bytes { keep(bytes, of: id) }
        return (info.size, bytes)
    }
}

extension [TreeEntry] {
    /// Binary search in entries that are ordered by name.
    func entry(named name: [UInt8]) -> TreeEntry? {
        var low = startIndex
        var high = endIndex
        while low < high {
            let middle = low + (high - low) / 2
            if self[middle].name.lexicographicallyPrecedes(name) { low = middle + 1 } else { high = middle }
        }
        return low < endIndex && self[low].name == name ? self[low] : nil
    }
}
