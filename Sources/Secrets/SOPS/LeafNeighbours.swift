// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// The values before and behind a place in a walk. Asked from left to right it looks at each item once, however many
/// comments stand in a row.
struct LeafNeighbours {
    private let items: [FileItem]
    private var before: [Text]?
    private var behind: [Text]?
    /// Of the value behind.
    private var end = -1
    /// Items that were looked at.
    private(set) var looks = 0

    init(_ items: [FileItem]) { self.items = items }

    /// The keys that lead to the values; `nil` where there is none.
    ///
    /// - Parameter index: of an item that is no value, behind all that were asked for.
    mutating func around(_ index: Int) -> (before: [Text]?, behind: [Text]?) {
        while end < index {
            if behind != nil { before = behind }
            behind = nil
            end += 1
            while end < items.count {
                looks += 1
                behind = items[end].leafPath
                if behind != nil { break }
                end += 1
            }
        }
        return (before, behind)
    }
}
