// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
package import Model

/// Alerts that fire, folded from events. Alertmanager forgets what it is not told again, so they are told until they end.
/// A value: pure.
package struct AlertBook: Sendable, Hashable {
    package struct Alert: Sendable, Hashable {
        package var labels: [Text: Text]
        package var annotations: [Text: Text]
        package var startsAt: Time
        /// `nil` while it fires and nobody can say when it ends.
        package var endsAt: Time?
    }

    /// By what tells them apart.
    package private(set) var firing: [Text: Alert] = [:]

    /// How often alerts that fire are told again, and how long they last without it.
    package static let interval = Duration.seconds(60)
    package static let lease = Duration.seconds(300)
    /// What has no end lasts so long.
    static let pulse = Duration.seconds(3600)
    /// Beyond this, new ones are told once, and not again.
    static let capacity = 5000

    package init() {}

    /// Takes in a message that is wanted. Gives what is to be told of it.
    package mutating func fire(_ message: Message) -> Alert {
        let family = Family(message)
        let alert = Alert(
            labels: labels(of: message, family.name), annotations: annotations(of: message), startsAt: message.time,
            endsAt: family.ends ? nil : message.time.advanced(by: Self.pulse))
        let key = key(message, family.name)
        if family.ends, firing.count < Self.capacity || firing[key] != nil {
            // It fires since it began, however often it is told.
            var kept = alert
            if let before = firing[key] { kept.startsAt = before.startsAt }
            firing[key] = kept
            return kept
        }
        return alert
    }

    /// Takes in any event. Gives those that it ends.
    package mutating func end(by event: Event, subject: Text) -> [Alert] {
        var ended: [Alert] = []
        let names = Family.names(endedBy: event)
        for key in firing.keys.sorted() {
            let isMeant =
                names.contains { key == Self.key(subject, $0) }
                || (event.kind == .unitRemoved && key.utf8.starts(with: "\(subject)\n".utf8))
            guard isMeant, var alert = firing.removeValue(forKey: key) else { continue }
            alert.endsAt = event.time
            ended.append(alert)
        }
        return ended
    }

    private func key(_ message: Message, _ name: Text) -> Text { Self.key(message.subject, name) }

    private static func key(_ subject: Text, _ name: Text) -> Text { "\(subject)\n\(name)" }

    private func labels(of message: Message, _ name: Text) -> [Text: Text] {
        var labels: [Text: Text] = [
            "alertname": name, "severity": message.severity == .error ? "critical" : Text(message.severity.rawValue),
            "fleet": message.fleet,
        ]
        if let unit = message.unit {
            labels["application"] = unit.application.text
            labels["target"] = unit.target.text
        }
        labels["project"] = message.project?.text
        labels["source"] = message.source?.text
        return labels
    }

    private func annotations(of message: Message) -> [Text: Text] {
        var annotations: [Text: Text] = [
            "summary": "\(Text(message.kind.rawValue)) \(message.subject)", "description": message.summary,
            "event": message.id,
        ]
        annotations["url"] = message.link
        return annotations
    }

    /// The body for `POST /api/v2/alerts`.
    static func body(_ alerts: [Alert], now: Time) -> [UInt8] {
        JSON.write(
            .array(
                alerts.map { alert -> Value in
                    [
                        "labels": Value(byName: alert.labels), "annotations": Value(byName: alert.annotations),
                        "startsAt": Value("\(alert.startsAt)"),
                        "endsAt": Value("\(alert.endsAt ?? now.advanced(by: lease))"),
                        "generatorURL": .string(alert.annotations["url"] ?? ""),
                    ]
                }))
    }
}

extension AlertBook {
    /// What an alert is called, and whether some event tells its end.
    struct Family {
        var name: Text
        var ends: Bool

        init(_ message: Message) {
            let known: Text? =
                switch message.kind {
                case .drifted: "TrimtabDrift"
                case .fightDetected: "TrimtabFight"
                case .syncEnded where message.severity == .error: "TrimtabSyncFailed"
                case .healthChanged where message.severity > .info: "TrimtabUnhealthy"
                case .planBlocked: "TrimtabPlanBlocked"
                case .sourceFailed: "TrimtabSourceFailed"
                case .fleetRejected: "TrimtabFleetRejected"
                default: nil
                }
            let raw = Array(message.kind.rawValue.utf8)
            let words = raw.prefix(1).map { $0 & ~0x20 } + raw.dropFirst()
            name = known ?? "Trimtab\(Text(String(decoding: words, as: UTF8.self)))"
            ends = known != nil
        }

        static func names(endedBy event: Event) -> [Text] {
            switch event.kind {
            case .healed: ["TrimtabDrift", "TrimtabFight"]
            case .syncEnded where event.payload(as: SyncEnded.self)?.result == .succeeded:
                ["TrimtabSyncFailed", "TrimtabFight", "TrimtabPlanBlocked", "TrimtabDrift"]
            case .syncStarted, .confirmed, .rendered: ["TrimtabPlanBlocked"]
            case .healthChanged where event.severity == .info: ["TrimtabUnhealthy"]
            case .sourceRecovered, .commitSeen: ["TrimtabSourceFailed"]
            case .fleetRead: ["TrimtabFleetRejected"]
            default: []
            }
        }
    }
}

extension AlertBook {
    package init(value: Value) {
        for item in (value.arrayValue ?? []).prefix(Self.capacity) {
            guard let key = item["key"]?.stringValue, let start = item["startsAt"]?.timeValue else { continue }
            firing[key] = Alert(
                labels: item["labels"]?.textsByName ?? [:], annotations: item["annotations"]?.textsByName ?? [:],
                startsAt: start)
        }
    }

    package var value: Value {
        .array(
            firing.sorted { $0.key < $1.key }.map { key, alert -> Value in
                [
                    "key": .string(key), "labels": Value(byName: alert.labels),
                    "annotations": Value(byName: alert.annotations), "startsAt": Value(alert.startsAt),
                ]
            })
    }
}
