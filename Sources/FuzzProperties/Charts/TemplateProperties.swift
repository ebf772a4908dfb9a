// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Helm

/// Putting one function in another's place changes nothing else, and leaves none behind.
enum TemplateProperties {
    static func check(_ bytes: [UInt8]) throws {
        let name = Array("lookup".utf8)
        let same = TemplateScanner.replace([(name, name)], in: bytes)
        try require(same == bytes, "a function in its own place changes the text")
        let replaced = TemplateScanner.replace([(name, Array("q".utf8))], in: bytes)
        let again = TemplateScanner.replace([(name, Array("r".utf8))], in: replaced)
        try require(again == replaced, "a call was left")
        let removed = bytes.count - replaced.count
        try require(removed >= 0 && removed.isMultiple(of: name.count - 1), "something else was changed")
    }
}
