// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
import Synchronization

/// How many requests went out, by what they were: attempts, not calls.
package final class RequestCounters: Sendable {
    private let counts = Mutex<[Text: Int]>([:])

    package init() {}

    /// `GET`, `LIST`, `WATCH`, `POST`, `PUT`, `PATCH`, `DELETE`, with ` (dry run)` behind writes that store nothing.
    package var all: [Text: Int] { counts.withLock { $0 } }

    package var total: Int { counts.withLock { $0.values.reduce(0, +) } }

    /// Requests that may have changed something.
    package var writes: Int {
        counts.withLock { counts in
            counts.filter { ["POST", "PUT", "PATCH", "DELETE"].contains($0.key) }.values.reduce(0, +)
        }
    }

    func count(_ exchange: Exchange) {
        let names = Set(exchange.query.map(\.name))
        var name = Text(exchange.method.rawValue)
        if exchange.method == .get {
            if names.contains("watch") { name = "WATCH" } else if exchange.isList { name = "LIST" }
        } else if names.contains("dryRun") {
            name = "\(name) (dry run)"
        }
        counts.withLock { $0[name, default: 0] += 1 }
    }
}
