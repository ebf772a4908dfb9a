// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation

/// Looks for a planted secret in every form in which it may have slipped through: as it is, in base 64 at each of its
/// three alignments, in hexadecimal digits of either case, also as memory is dumped, and percent-encoded.
package struct CanarySearch: Sendable {
    private let forms: [(name: String, bytes: [UInt8])]

    package init(_ canary: String) {
        let bytes = Array(canary.utf8)
        var forms = [("plain", bytes)]
        for shift in 0..<3 {
            // Letters that the neighbours share are cut off at both ends.
            let text = Array((Data(repeating: 0, count: shift) + Data(bytes)).base64EncodedString().utf8)
            let skipped = shift == 0 ? 0 : shift + 1
            let core = Array(text.dropFirst(skipped).dropLast(4))
            forms.append(("base 64", core))
            forms.append(("base 64 of addresses", core.map { $0 == 0x2B ? 0x2D : $0 == 0x2F ? 0x5F : $0 }))
        }
        let digits = bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }
        let hex = digits.joined()
        forms.append(("hexadecimal", Array(hex.utf8)))
        forms.append(("hexadecimal", Array(hex.uppercased().utf8)))
        forms.append(("a dump of memory", Array(digits.joined(separator: " ").utf8)))
        forms.append(("percent-encoded", Array(bytes.map { "%" + String($0, radix: 16).uppercased() }.joined().utf8)))
        self.forms = forms.map { (name: $0.0, bytes: $0.1) }
    }

    /// The form in which it stands in the bytes; `nil` when it does not.
    package func found(in bytes: [UInt8]) -> String? {
        let data = Data(bytes)
        return forms.first { data.range(of: Data($0.bytes)) != nil }?.name
    }

    /// The files at any depth that hold it, by name or content, and how.
    package func files(below folder: String) throws -> [String] {
        var found: [String] = []
        let names = try FileManager.default.subpathsOfDirectory(atPath: folder)
        for name in names.sorted() {
            if let form = self.found(in: Array(name.utf8)) { found.append("\(name): in its name, \(form)") }
            guard let content = FileManager.default.contents(atPath: folder + "/" + name) else { continue }
            if let form = self.found(in: Array(content)) { found.append("\(name): \(form)") }
        }
        return found
    }
}
