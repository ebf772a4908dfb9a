// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model
import Synchronization

extension Value {
    /// The same with other texts of the same length, where they stand below a key that is meant: whoever may not show
    /// them says the same of both.
    func masked(_ isMeant: (Text) -> Bool) -> Value { masked(isMeant(""), isMeant) }

    private func masked(_ isBelow: Bool, _ isMeant: (Text) -> Bool) -> Value {
        switch self {
        case .string(let text) where isBelow: .string(Text(String(repeating: "x", count: text.utf8.count)))
        case .array(let items): .array(items.map { $0.masked(isBelow, isMeant) })
        case .object(let object):
            .object(
                Object(uniquePairs: object.pairs.map { ($0.key, $0.value.masked(isBelow || isMeant($0.key), isMeant)) })
            )
        case .null, .bool, .number, .string, .secret: self
        }
    }
}

/// A monotonic clock that goes on by 50 seconds whenever somebody looks.
final class Ticks: Sendable {
    private let moment = Mutex(Moment.start)

    func next() -> Moment {
        moment.withLock { moment in
            moment = moment.advanced(by: .seconds(50))
            return moment
        }
    }
}
