// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
package import Model

/// A commit that changed what a unit is rendered from.
package struct UnitCommit: Sendable, Hashable {
    package var commit: CommitID
    /// Who wrote it, as the commit says: `Ada <ada@example.org>`. What is no text is shown as well as can be.
    package var author: Text
    /// When it was committed, as the commit says.
    package var time: Time
    /// The first line of its message.
    package var subject: Text
    /// The content that is applied comes from here.
    package var isCurrent: Bool

    package init(commit: CommitID, author: Text, time: Time, subject: Text, isCurrent: Bool = false) {
        self.commit = commit
        self.author = author
        self.time = time
        self.subject = subject
        self.isCurrent = isCurrent
    }
}

extension UnitCommit: Wire {
    package init(wire: Value) throws(WireError) {
        let fields = try WireFields(wire)
        self.init(
            commit: try fields.required("commit"), author: try fields.required("author"),
            time: try fields.required("time"), subject: try fields.required("subject"),
            isCurrent: try fields.optional("current") ?? false)
    }

    package var wire: Value {
        .fields([
            "commit": commit.wire, "author": author.wire, "time": time.wire, "subject": subject.wire,
            "current": isCurrent.wire,
        ])
    }
}
