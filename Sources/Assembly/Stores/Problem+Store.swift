// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Manifest
import Secrets

extension Problem {
    init(store place: Text, error: StoreError, isCovered: Bool) {
        let stays = isCovered ? "; what was read before stays" : "; what is applied stays"
        self.init(
            reason: "\(place): \(Text(error.state.rawValue)): \(error.reason)\(Text(stays))", advice: error.advice)
    }
}
