// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model

/// Who holds a field, the latest first.
struct OwnerList {
    let field: FieldOwners

    private static let most = 8

    init(_ field: FieldOwners) { self.field = field }

    var html: HTML {
        H.p(.class("owners")) {
            if field.owners.isEmpty { "Held by nobody on record" } else { "Held by " }
            for (index, owner) in field.owners.prefix(Self.most).enumerated() {
                if index > 0 { ", " }
                holder(owner)
            }
            if field.owners.count > Self.most { " and \(field.owners.count - Self.most) more" }
        }
    }

    private func holder(_ owner: FieldOwners.Owner) -> HTML {
        HTML {
            H.strong { Words.cut(owner.manager, to: 200) }
            if !owner.subresource.isEmpty { " through \(Words.cut(owner.subresource, to: 100))" }
            if owner.isApply { ", which declares it" }
            if let time = Time(parsing: owner.time) { moment(time) }
        }
    }

    private func moment(_ time: Time) -> HTML {
        HTML {
            " ("
            H.time(.dateTime(Text(time.description)), .dataForm("moment")) { Moments.inUTC(time) }
            ")"
        }
    }
}
