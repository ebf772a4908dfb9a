// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Engine
import Journal
import Model

/// The engine's way into the journal.
struct JournalRecorder: EventRecorder {
    let journal: Journal

    func record(_ drafts: [EventDraft]) async throws -> [Event] {
        try await journal.append(drafts, durability: .full)
    }
}
