// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Crypto
package import Manifest

/// Tells whether two secrets are the same, to those who may see neither: a keyed hash. Without the key, which lies with
/// the agent, nobody can try values; and what is the same in two places has two fingerprints.
package struct SecretFingerprints: Sendable {
    private let key: SymmetricKey

    /// - Parameter key: 32 random bytes.
    package init(key: [UInt8]) { self.key = SymmetricKey(data: key) }

    /// 16 hexadecimal digits.
    ///
    /// - Parameter place: where it is: a target, a path of a store.
    package func fingerprint(of value: Secret<[UInt8]>, in place: Text) -> Text {
        var code = HMAC<SHA256>(key: key)
        code.update(data: Self.length(place.utf8.count) + Array(place.utf8))
        value.withExposed { code.update(data: $0) }
        return Self.text(code)
    }

    /// Of several values under names.
    package func fingerprint(of values: [Text: Secret<[UInt8]>], in place: Text) -> Text {
        var code = HMAC<SHA256>(key: key)
        code.update(data: Self.length(place.utf8.count) + Array(place.utf8))
        for (name, value) in values.sorted(by: { $0.key < $1.key }) {
            code.update(data: Self.length(name.utf8.count) + Array(name.utf8))
            value.withExposed { code.update(data: Self.length($0.count) + $0) }
        }
        return Self.text(code)
    }

    private static func length(_ count: Int) -> [UInt8] {
        withUnsafeBytes(of: UInt64(count).littleEndian) { Array($0) }
    }

    private static func text(_ code: HMAC<SHA256>) -> Text {
        Text(Hex.encode(Array(code.finalize().prefix(8))))
    }
}
