// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Fleet
package import Manifest
package import Model

/// What a page of events changes of a book of alerts. Pure.
package struct AlertNews: Sendable, Hashable {
    package var book: AlertBook
    /// One for each alert, the newest that is said of it.
    package private(set) var changed: [AlertBook.Alert] = []

    package init(
        _ events: [Event], by rule: NotificationRule, since book: AlertBook, fleet: Text, hub: Text?,
        facts: (Event) -> UnitFacts?
    ) {
        self.book = book
        var order: [[Text: Text]] = []
        var newest: [[Text: Text]: AlertBook.Alert] = [:]
        func note(_ alert: AlertBook.Alert) {
            if newest.updateValue(alert, forKey: alert.labels) == nil { order.append(alert.labels) }
        }
        for event in events {
            for alert in self.book.end(by: event, subject: Message.subject(of: event, fleet: fleet)) { note(alert) }
            let found = facts(event)
            guard rule.wants(event, found) else { continue }
            note(self.book.fire(Message(event, fleet: fleet, found, hub: hub)))
        }
        changed = order.compactMap { newest[$0] }
    }

    /// What is to be told: what has changed, and where it is time all else that fires.
    package func alerts(renewing isDue: Bool) -> [AlertBook.Alert] {
        guard isDue else { return changed }
        let told = Set(changed.map(\.labels))
        return changed + book.firing.sorted { $0.key < $1.key }.map(\.value).filter { !told.contains($0.labels) }
    }
}
