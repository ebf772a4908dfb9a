// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import API
import Manifest
package import Model

/// Who reads what, for people.
package struct SecretUseReport {
    package var uses: [SecretUse]
    package var now: Time

    package init(_ uses: [SecretUse], now: Time) {
        self.uses = uses
        self.now = now
    }

    package func lines(width: Int?) -> [Line] {
        var table = Table([
            .init("SECRET"), .init("KEYS"), .init("VERSION"), .init("UNIT"), .init("PROJECT"), .init("SINCE"),
            .init("BY"),
        ])
        for use in uses {
            table.append([
                Line(use.access.place.string), Line(use.access.keys.map(\.string).joined(separator: ", ")),
                Line(use.access.version.string), Line("\(use.unit)"), Line(use.project.string),
                Line(Relative.time(use.time, now: now)), Line(use.actor.description),
            ])
        }
        return table.lines(width: width)
    }
}
