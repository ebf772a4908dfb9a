// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

/// Why the journal could not do what was asked.
package struct JournalError: Error, Sendable, Hashable {
    package enum Code: String, Sendable, Hashable {
        /// There is nothing where it should be.
        case missing
        /// The file holds something else.
        case notAJournal
        /// Written by a later version.
        case newerFormat
        /// The file, or one event in it, is not as it was written.
        case damaged
        /// No space is left; nothing was written, and a later try can succeed.
        case full
        /// The journal was opened for reading, or the file system lets nobody write.
        case readOnly
        /// Someone else wrote to this journal; nothing was written.
        case conflict
        /// The journal was closed.
        case closed
        /// An event that may not be written: too large, or with a secret in it.
        case invalidEvent
        /// The operating system said no.
        case failed
    }

    package var code: Code
    /// What is wrong, without a final full stop.
    package var reason: String
    /// What to do about it, where we know.
    package var advice: String?

    package init(_ code: Code, _ reason: String, advice: String? = nil) {
        self.code = code
        self.reason = reason
        self.advice = advice
    }
}

extension JournalError: CustomStringConvertible {
    package var description: String {
        advice.map { "\(reason) (\($0))" } ?? reason
    }
}
