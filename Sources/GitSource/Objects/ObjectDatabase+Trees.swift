// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Model

extension ObjectDatabase {
    /// The entries of a tree, by the bytes of their names. Read once and kept while it is in use.
    package func tree(_ id: GitID) async throws(ObjectError) -> PackedTree {
        if let tree = cachedTree(id) { return tree }
        let bytes = try await read(id, as: .tree, limit: TreeParser.sizeLimit)
        let tree: PackedTree
        do throws(MalformedObject) {
            tree = try TreeParser.parse(bytes, hashLength: id.bytes.count)
        } catch {
            throw .corrupt(id, reason: error.reason)
        }
        keep(tree, of: id)
        return tree
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
