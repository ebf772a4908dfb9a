// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// Where an object was read: a document of a file, or an item of a list in it.
struct ResourcePlace: Sendable, Hashable {
    var file: Text
    /// 1-based; 0 when it is not known.
    var line: Int = 0

    var asPlace: Place {
        Place(file: file, position: line > 0 ? Position(line: line, column: 1, offset: 0) : nil)
    }
}

extension ResourcePlace: CustomStringConvertible {
    var description: String { line > 0 ? "\(file):\(line)" : file.string }
}
