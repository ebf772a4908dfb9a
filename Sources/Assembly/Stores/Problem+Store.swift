// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Manifest
import Model
import Secrets

extension Problem {
    init(_ trouble: StoreTrouble) {
        let stays = trouble.isCovered ? "; what was read before stays" : "; what is applied stays"
        self.init(
            reason: "\(trouble.error.inWords(at: trouble.place, since: trouble.since))\(Text(stays))",
            advice: trouble.error.advice)
    }
}

extension StoreError {
    /// Which store is in which state since when, and why; without the advice.
    func inWords(at place: Text, since: Time?) -> Text {
        let moment = since.map { " (since \($0))" } ?? ""
        return "\(place): \(Text(state.rawValue))\(Text(moment)): \(reason)"
    }
}
