// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Crypto
import Manifest
import Model

/// What a file is to hold.
enum FileContent: Sendable, Hashable {
    case inline(Text)
    case blob(BlobReference)
    /// Was encrypted: it is compared and written, and shown and recorded nowhere.
    case secret(Secret<[UInt8]>)

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
