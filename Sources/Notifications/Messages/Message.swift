// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
package import Model

/// One thing to tell, made from one event of the journal: the same each time it is made.
///
/// Holds what the log says of the event, and nothing of its payload: that may be much, and is not for everybody who reads
/// a chat.
package struct Message: Sendable, Hashable {
    /// Of the event: who receives it twice knows by it that it is the same.
    package var id: Text
    package var sequence: UInt64
    package var time: Time
    package var kind: EventKind
    package var severity: Severity
    package var fleet: Text
    package var unit: UnitID?
    package var project: ProjectName?
    package var labels: [Text: Text]
    package var source: SourceName?
    package var actor: Actor
    package var summary: Text
    /// Where people look at it; `nil` where nobody says where the hub is.
    package var link: Text?

    package init(
        id: Text, sequence: UInt64, time: Time, kind: EventKind, severity: Severity, fleet: Text, unit: UnitID? = nil,
        project: ProjectName? = nil, labels: [Text: Text] = [:], source: SourceName? = nil, actor: Actor = .trimtab,
        summary: Text, link: Text? = nil
    ) {
        self.id = id
        self.sequence = sequence
        self.time = time
        self.kind = kind
        self.severity = severity
        self.fleet = fleet
        self.unit = unit
        self.project = project
        self.labels = labels
        self.source = source
        self.actor = actor
        self.summary = summary
        self.link = link
    }

    /// `example/web@prod`, a source, or the fleet.
    package var subject: Text { unit.map { "\($0)" } ?? source?.text ?? fleet }
}
