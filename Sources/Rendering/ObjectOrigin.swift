// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// Where an object is declared, as rendering notes it: `web/site.yaml:12`.
package struct ObjectOrigin: Sendable, Hashable {
    package var file: Text
    package var position: Position?

    package init(_ origin: Text) {
        file = origin
        guard let colon = origin.utf8.lastIndex(of: UInt8(ascii: ":")),
            let before = Text(utf8: origin.utf8[..<colon]),
            let line = Int(String(decoding: origin.utf8[colon...].dropFirst(), as: UTF8.self))
        else { return }
        file = before
        position = Position(line: line, column: 1, offset: 0)
    }
}
