// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Crypto
import Manifest
import Model

/// The hash of a content, as its desired identity was made: Git hashes a header too.
struct ContentHash {
    private var sha256 = SHA256()
    private var git: GitHash?

    private enum GitHash {
        case sha1(Insecure.SHA1)
        case sha256(SHA256)
    }

    /// - Parameter wanted: also Git's hash, of the kind that this identity has.
    init(size: Int64, like wanted: ContentID?) {
        guard case .git(let id) = wanted else { return }
        let header = Array("blob \(size)\0".utf8)
        if id.bytes.count == 20 {
            var hash = Insecure.SHA1()
            hash.update(data: header)
            git = .sha1(hash)
        } else {
            var hash = SHA256()
            hash.update(data: header)
            git = .sha256(hash)
        }
    }

    mutating func update(_ bytes: UnsafeRawBufferPointer) {
        sha256.update(bufferPointer: bytes)
        switch git {
        case .sha1(var hash):
            git = nil
            hash.update(bufferPointer: bytes)
            git = .sha1(hash)
        case .sha256(var hash):
            git = nil
            hash.update(bufferPointer: bytes)
            git = .sha256(hash)
        case nil: break
        }
    }

    var digest: Manifest.Digest { Digest(sha256.finalize()) }

    func matches(_ wanted: ContentID) -> Bool {
        switch (wanted, git) {
        case (.sha256(let digest), _): digest == self.digest
        case (.git(let id), .sha1(let hash)): id.bytes.elementsEqual(hash.finalize())
        case (.git(let id), .sha256(let hash)): id.bytes.elementsEqual(hash.finalize())
        default: false
        }
    }
}
