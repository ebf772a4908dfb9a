// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Crypto
import Manifest
import Model

/// Hashes content piece by piece, the way a given identity was made.
struct ContentHash {
    private enum Function {
        case sha1(Insecure.SHA1)
        case sha256(SHA256)
    }

    private enum Form {
        case git, plain
    }

    private var function: Function
    private let form: Form
    /// Bytes taken.
    private(set) var count: Int64 = 0

    /// - Parameter size: bytes that will follow; Git's hash begins with it.
    init(like id: ContentID, size: Int64) {
        switch id {
        case .git(let id):
            form = .git
            function = id.bytes.count == 20 ? .sha1(Insecure.SHA1()) : .sha256(SHA256())
            let header = Array("blob \(size)\0".utf8)
            header.withUnsafeBytes { add($0) }
        case .sha256:
            form = .plain
            function = .sha256(SHA256())
        }
    }

    mutating func update(_ bytes: UnsafeRawBufferPointer) {
        count += Int64(bytes.count)
        add(bytes)
    }

    private mutating func add(_ bytes: UnsafeRawBufferPointer) {
        switch function {
        case .sha1(var hash):
            hash.update(bufferPointer: bytes)
            function = .sha1(hash)
        case .sha256(var hash):
            hash.update(bufferPointer: bytes)
            function = .sha256(hash)
        }
    }

    func finish() -> ContentID? {
        let bytes =
            switch function {
            case .sha1(let hash): Array(hash.finalize())
            case .sha256(let hash): Array(hash.finalize())
            }
        switch form {
        case .git: return GitID(bytes: bytes).map(ContentID.git)
        case .plain: return Digest(bytes: bytes).map(ContentID.sha256)
        }
    }
}

extension Folder {
    /// The identity of a file's content, by the hash of `like`. `nil` when it changes while it is read.
    func contentID(of name: [UInt8], live: Metadata, like id: ContentID) throws(HostFault) -> ContentID? {
        let file = try open(name)
        var hash = ContentHash(like: id, size: live.size)
        try file.read(at: path.appending(name), expecting: live.size) { piece in hash.update(piece) }
        return hash.count == live.size ? hash.finish() : nil
    }
}
