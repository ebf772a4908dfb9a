// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Model

/// Who wrote or committed, and when, as a commit or tag says: nothing that is proven.
package struct Person: Sendable, Hashable {
    /// Bytes, because Git does not require UTF-8.
    package var name: [UInt8]
    package var email: [UInt8]
    package var time: Time

    /// Reads `Name <email> 1700000000 +0100`, the format of `author`, `committer` and `tagger`.
    init(parsing bytes: [UInt8]) throws(MalformedObject) {
        guard let open = bytes.firstIndex(of: UInt8(ascii: "<")), let close = bytes.lastIndex(of: UInt8(ascii: ">")),
            open < close
        else { throw MalformedObject(reason: "a person has no <email>") }
        var name = bytes[..<open]
        while name.last == 0x20 { name = name.dropLast() }
        self.name = Array(name)
        email = Array(bytes[(open + 1)..<close])
        let words = bytes[(close + 1)...].split(separator: 0x20)
        guard words.count == 2, let seconds = Int64(String(decoding: words[0], as: UTF8.self)), seconds >= 0 else {
            throw MalformedObject(reason: "a person has no time")
        }
        let (nanoseconds, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        time = Time(nanoseconds: overflow ? .max : nanoseconds)
    }
}

extension Person: CustomStringConvertible {
    package var description: String { "\(printable(name)) <\(printable(email))>" }
}
