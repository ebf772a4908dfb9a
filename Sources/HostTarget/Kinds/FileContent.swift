// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Crypto
import Manifest
import Model

/// What a file is to hold.
enum FileContent: Sendable, Hashable {
    case inline(Text)
    case blob(BlobReference)

    /// Bytes.
    var size: Int64 {
        switch self {
        case .inline(let text): Int64(text.utf8.count)
        case .blob(let blob): blob.size
        }
    }

    /// Names the content by the hash that its store uses; computed anew for inline text.
    var id: ContentID {
        switch self {
        case .inline(let text):
            var string = text.string
            return .sha256(Digest(string.withUTF8 { SHA256.hash(data: UnsafeRawBufferPointer($0)) }))
        case .blob(let blob): return blob.id
        }
    }
}
