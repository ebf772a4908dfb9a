// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Synchronization

/// What parts of the daemon cannot do just now, for people who ask how all is.
final class Complaints: Sendable {
    enum Part: Sendable, Hashable, CaseIterable {
        case checkpoints, traces
    }

    private let said = Mutex<[Part: Text]>([:])

    /// - Parameter text: `nil` when all is well again.
    /// - Returns: whether something else was said before.
    @discardableResult
    func note(_ text: Text?, of part: Part) -> Bool {
        said.withLock { said in
            guard said[part] != text else { return false }
            said[part] = text
            return true
        }
    }

    var all: [Text] {
        said.withLock { said in Part.allCases.compactMap { said[$0] } }
    }
}
