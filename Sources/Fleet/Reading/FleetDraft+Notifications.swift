// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model

extension FleetDraft {
    /// Notifications that are in order: those of the platform first, then of each project its own.
    mutating func checkNotifications(_ checked: inout Checked) {
        for name in notifications.keys.sorted() { keepNotificationOfPlatform(name) }
        for (name, sited) in unique(notifications, .notification).sorted(by: { $0.key < $1.key }) {
            let rule = sited.value
            if let owner = rule.owner, rule.scope.projects.contains(where: { $0 != owner }) {
                refuse(
                    [DeclarationID(.notification, name.text)], at: ["spec", "projects"], of: sited.places,
                    "lies in the folder of project \(owner), and names others",
                    advice: "a project is told of its own units alone")
                continue
            }
            noteUnknownProjects(of: rule.scope, at: ["spec"], of: sited.places, checked)
            checked.notifications[name] = sited
        }
    }

    /// No project silences the platform's by a declaration of the same name.
    private mutating func keepNotificationOfPlatform(_ name: NotificationName) {
        guard let all = notifications[name] else { return }
        let platforms = all.filter { $0.value.owner == nil }
        guard !platforms.isEmpty, platforms.count < all.count else { return }
        notifications[name] = platforms
        for rival in all where rival.value.owner != nil {
            refuse(
                [], at: ["metadata", "name"], of: rival.places,
                "\(DeclarationID(.notification, name.text)) is the platform's",
                advice: "names of notifications are unique in the whole fleet: rename this one")
        }
    }
}
