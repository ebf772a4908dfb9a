// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import GitSource
import Manifest
import Model

extension SourceStatus {
    init(_ name: SourceName, at place: Text, following follow: Follow, _ look: SourceLook) {
        let state: State =
            switch look.failure {
            case nil: look.asked == nil ? .waiting : .ready
            case .rewritten, .unsigned, .untrusted, .notACommit: .refused
            default: .failed
            }
        self.init(
            name: name, url: place, following: Text("\(follow)"), state: state,
            reason: look.failure.map { Text("\($0); \($0.advice)") }, commit: look.accepted,
            refused: look.refused, fetched: look.asked,
            nextFetch: look.next)
    }
}
