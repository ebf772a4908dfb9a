// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// Names for files on their way to their place: `.trimtab-0123456789abcdef.tmp`.
///
/// The dot hides them from the patterns by which services include folders; whatever has such a name in a folder of
/// ours after a kill is a leftover.
enum TemporaryName {
    private static let prefix = Array(".trimtab-".utf8)
    private static let suffix = Array(".tmp".utf8)

    static func make() -> [UInt8] {
        var random = SystemRandomNumberGenerator()
        let number = random.next()
        let digits = withUnsafeBytes(of: number) { Hex.encode(Array($0)) }
        return prefix + Array(digits.utf8) + suffix
    }

    static func isOne(_ name: some Collection<UInt8>) -> Bool {
        guard name.count == prefix.count + 16 + suffix.count, name.starts(with: prefix) else { return false }
        let digits = name.dropFirst(prefix.count).prefix(16)
        return digits.allSatisfy {
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
        } && name.dropFirst(prefix.count + 16).elementsEqual(suffix)
    }
}
