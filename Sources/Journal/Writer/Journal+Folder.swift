// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

extension Journal {
    /// Opens the journal of a state folder: `journal.db`, with `journal.key` and `journal.checkpoint` beside it. The
    /// folder must exist; a journal is made at the first time. Opening one that is there writes nothing.
    package static func open(folder: String, clock: @escaping Clock) async throws(JournalError) -> Journal {
        let keeper = CheckpointKeeper(folder: folder)
        // A lost journal goes on under its name, as a new incarnation.
        let known = (try? await keeper.load())?.writer
        let store = try await SQLiteJournalStore.open(
            path: folder + "/journal.db", access: .write(newWriter: known ?? WriterID.random()))
        return try await open(store, keeper: keeper, clock: clock)
    }
}
