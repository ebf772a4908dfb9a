// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Crypto
import Model

/// Git's hash over an object: the id that its kind, size and content must have.
struct ObjectHash {
    private enum State {
        case sha1(Insecure.SHA1)
        case sha256(SHA256)
    }

    private var state: State
    private let expected: GitID

    init(expecting info: GitObjectInfo) {
        expected = info.id
        state = info.id.bytes.count == 20 ? .sha1(Insecure.SHA1()) : .sha256(SHA256())
        update(Array("\(info.kind.rawValue) \(info.size)\0".utf8)[...])
    }

    mutating func update(_ bytes: ArraySlice<UInt8>) {
        switch state {
        case .sha1(var hash):
            state = .sha1(Insecure.SHA1())
            bytes.withUnsafeBytes { hash.update(bufferPointer: $0) }
            state = .sha1(hash)
        case .sha256(var hash):
            state = .sha256(SHA256())
            bytes.withUnsafeBytes { hash.update(bufferPointer: $0) }
            state = .sha256(hash)
        }
    }

    /// Throws when the bytes are not those that the id names.
    func finish() throws(ObjectError) {
        let bytes =
            switch state {
            case .sha1(let hash): Array(hash.finalize())
            case .sha256(let hash): Array(hash.finalize())
            }
        guard bytes == expected.bytes else {
            throw .corrupt(expected, reason: "its content does not have this hash")
        }
    }
}
