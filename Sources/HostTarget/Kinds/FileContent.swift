// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Crypto
import Manifest
import Model

/// What a file is to hold.
enum FileContent: Sendable, Hashable {
    case inline(Text)
    case blob(BlobReference)
    /// Was encrypted, or is a secret leaf: it is compared and written, and shown and recorded nowhere.
    case secret(Secret<[UInt8]>)

    /// - Parameter content: a string or a secret leaf; `nil` for nothing.
    init(_ content: Value?) {
        switch content {
        case .string(let text): self = .inline(text)
        case .secret(let secret): self = .secret(secret.withExposed { Secret(Array($0.utf8)) })
        default: self = .inline("")
        }
    }

    var isSecret: Bool {
        if case .secret = self { true } else { false }
    }

    /// Bytes.
    var size: Int64 {
        switch self {
        case .inline(let text): Int64(text.utf8.count)
        case .blob(let blob): blob.size
        case .secret(let bytes): Int64(bytes.withExposed(\.count))
        }
    }

    /// Names the content by the hash that its store uses; computed anew for inline text. `nil` for secrets: with a hash
    /// anyone could try passwords.
    var id: ContentID? {
        switch self {
        case .inline(let text):
            var string = text.string
            return .sha256(Digest(string.withUTF8 { SHA256.hash(data: UnsafeRawBufferPointer($0)) }))
        case .blob(let blob): return blob.id
        case .secret: return nil
        }
    }
}
