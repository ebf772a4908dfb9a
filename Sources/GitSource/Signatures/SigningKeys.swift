// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// The keys that a source trusts: a file of allowed signers for SSH, or public keys for GPG.
package struct SigningKeys: Sendable, Hashable {
    package let scheme: EmbeddedSignature.Scheme
    package let bytes: [UInt8]
    /// Names the key set: what was verified with it need not be verified again.
    package let digest: Digest

    /// The largest file of keys, in bytes.
    package static let sizeLimit = 1 << 20

    package init(_ scheme: EmbeddedSignature.Scheme, _ bytes: [UInt8]) {
        self.scheme = scheme
        self.bytes = bytes
        digest = Digest(of: Array("\(scheme.rawValue)\0".utf8) + bytes)
    }
}
