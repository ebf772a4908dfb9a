// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
package import Model

/// The text of a token: `trimtab_NAME_SECRET`, with 32 random bytes as hexadecimal digits. The prefix is for those who
/// look for secrets that went where they should not be.
package struct TokenText: Sendable {
    package let name: TokenName
    private let secret: Secret<[UInt8]>

    private static let prefix: Text = "trimtab_"
    private static let length = 32

    /// A new one, from the system's own randomness.
    package init(of name: TokenName) {
        self.name = name
        secret = Secret(RandomBytes.make(Self.length))
    }

    /// `nil` for what cannot be a token of ours.
    package init?(parsing text: Text) {
        guard text.utf8.count <= 256, text.utf8.starts(with: Self.prefix.utf8) else { return nil }
        let parts = text.utf8.dropFirst(Self.prefix.utf8.count).split(
            separator: UInt8(ascii: "_"), omittingEmptySubsequences: false)
        guard parts.count == 2, let name = Text(utf8: parts[0]).flatMap(TokenName.init),
            let bytes = Hex.decode(String(decoding: parts[1], as: UTF8.self)), bytes.count == Self.length
        else { return nil }
        self.name = name
        secret = Secret(bytes)
    }

    package var text: Secret<Text> {
        secret.withExposed { Secret("\(Self.prefix)\(name)_\(Hex.encode($0))") }
    }

    /// All that is kept of it. One pass of SHA-256 is enough for 256 random bits: nobody can try them all.
    package var digest: Digest { secret.withExposed { Digest(of: $0) } }
}

/// Bytes that nobody can guess.
package enum RandomBytes {
    package static func make(_ count: Int) -> [UInt8] {
        // On Linux this is getrandom(2).
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }
}
