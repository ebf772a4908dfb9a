// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model

/// What a plan or a drift keeps of fields before and after, folded away; nothing of other events, and of those that keep
/// none. A page has many of them, so that only the first few fields are shown.
struct BeforeAndAfter {
    let values: RecordedValues

    private static let kinds: Set<EventKind> = [.planned, .drifted]

    init(_ event: Event) {
        values = Self.kinds.contains(event.kind) ? RecordedValues(in: event.payload) : RecordedValues()
    }

    var html: HTML {
        let objects = values.objects.sorted { $0.key < $1.key }.prefix(FieldList.Extent.hint.fields)
        let kept = values.objects.values.reduce(0) { $0 + $1.count }
        var left = FieldList.Extent.hint.fields
        return HTML {
            if !objects.isEmpty || values.cut > 0 {
                H.details(.class("values")) {
                    H.summary { "Before and after" }
                    for (object, fields) in objects where left > 0 {
                        H.p(.class("origin")) { Words.cut(object.description, to: 200) }
                        FieldList(take(fields, &left), .hint).html
                    }
                    if values.cut > 0 || kept > FieldList.Extent.hint.fields {
                        H.p(.class("soft")) { "Not all of it: trimtab log --values prints what the journal keeps." }
                    }
                }
            }
        }
    }

    private func take(_ fields: [RecordedValues.Field], _ left: inout Int) -> [FieldDifference] {
        defer { left -= fields.count }
        return fields.prefix(max(0, left)).map(\.difference)
    }
}
