// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Model

/// What Git stores: one of four kinds, and its bytes.
package struct GitObject: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable {
        case blob, tree, commit, tag

        /// Reads the word of an object header.
        init?(word: some Sequence<UInt8>) {
            guard let kind = Self.all.first(where: { $0.rawValue.utf8.elementsEqual(word) }) else { return nil }
            self = kind
        }

        private static let all: [Kind] = [.blob, .tree, .commit, .tag]
    }

    package var id: GitID
    package var kind: Kind
    package var bytes: [UInt8]
}

/// What a header says about an object, without its content.
package struct GitObjectInfo: Sendable, Hashable {
    package var id: GitID
    package var kind: GitObject.Kind
    /// Bytes.
    package var size: Int64
}

/// Why an object could not be read.
package enum ObjectError: Error, Sendable, Hashable {
    /// The mirror does not hold it.
    case missing(GitID)
    case tooLarge(GitID, bytes: Int64, limit: Int64)
    /// Its bytes are not what its id, its header or Git's format say.
    case corrupt(GitID, reason: String)
    case wrongKind(GitID, expected: GitObject.Kind, found: GitObject.Kind)
    /// `git` itself failed, repeatedly.
    case unavailable(reason: String)
}

extension ObjectError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .missing(let id): "the object \(id.hex) is not in the repository"
        case .tooLarge(let id, let bytes, let limit):
            "the object \(id.hex) has \(bytes) bytes, more than the limit of \(limit)"
        case .corrupt(let id, let reason): "the object \(id.hex) is damaged: \(reason)"
        case .wrongKind(let id, let expected, let found): "the object \(id.hex) is a \(found), not a \(expected)"
        case .unavailable(let reason): reason
        }
    }
}
