// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model

/// Names for files on their way to their place: `.trimtab-89abcdef-0123456789abcdef.tmp`, where the first number stands for
/// the fleet.
///
/// The dot hides them from the patterns by which services include folders; whatever has such a name in a folder of
/// ours after a kill is a leftover, unless another fleet is just at work there. Builds before this one named no fleet.
enum TemporaryName {
    private static let prefix = Array(".trimtab-".utf8)
    private static let suffix = Array(".tmp".utf8)
    private static let dash = UInt8(ascii: "-")

    static func make(for fleet: FleetName) -> [UInt8] {
        var random = SystemRandomNumberGenerator()
        let number = random.next()
        let digits = withUnsafeBytes(of: number) { Hex.encode(Array($0)) }
        return prefix + mark(of: fleet) + [dash] + Array(digits.utf8) + suffix
    }

    static func isOne(_ name: some Collection<UInt8>) -> Bool { parts(of: name) != nil }

    /// Whether a process of the fleet gave it.
    static func isOne(_ name: some Collection<UInt8>, of fleet: FleetName) -> Bool {
        parts(of: name)?.mark.elementsEqual(mark(of: fleet)) ?? false
    }

    /// Whether it does not say who gave it.
    static func isNameless(_ name: some Collection<UInt8>) -> Bool { parts(of: name)?.mark.isEmpty ?? false }

    private static func mark(of fleet: FleetName) -> [UInt8] {
        Array(Digest(of: Array(fleet.description.utf8)).hex.utf8.prefix(8))
    }

    private static func parts(of name: some Collection<UInt8>) -> (mark: ArraySlice<UInt8>, number: ArraySlice<UInt8>)?
    {
        let bytes = Array(name)
        guard bytes.starts(with: prefix), bytes.suffix(suffix.count).elementsEqual(suffix) else { return nil }
        let middle = bytes.dropFirst(prefix.count).dropLast(suffix.count)
        let parts = middle.split(separator: dash, omittingEmptySubsequences: false)
        guard let number = parts.last, number.count == 16, parts.allSatisfy({ $0.allSatisfy(isDigit) }) else {
            return nil
        }
        switch parts.count {
        case 1: return ([], number)
        case 2 where parts[0].count == 8: return (parts[0], number)
        default: return nil
        }
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte || UInt8(ascii: "a")...UInt8(ascii: "f") ~= byte
    }
}
