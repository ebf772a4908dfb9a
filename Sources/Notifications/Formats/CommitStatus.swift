// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
package import Model

/// How a commit does on one target.
package struct CommitStatus: Sendable, Hashable {
    package enum State: Sendable, Hashable { case pending, success, failure, cancelled }

    /// Where the repository is.
    package struct Place: Sendable, Hashable {
        /// In lower case.
        package var host: Text
        /// `shop/web`
        package var path: Text

        package init(host: Text, path: Text) {
            self.host = host
            self.path = path
        }
    }

    package var place: Place
    package var commit: CommitID
    package var state: State
    /// Tells the statuses of one commit apart: `trimtab/web@prod`.
    package var context: Text
}

extension CommitStatus {
    /// What an event says of a commit; `nil` when nothing.
    ///
    /// - Parameters:
    ///   - source: where the unit's source lies; `nil` where that is no repository of a forge.
    ///   - fleet: and the fleet, from which units come that name no source.
    package init?(_ event: Event, source: Place?, fleet: Place?) {
        guard let unit = event.unit else { return nil }
        let version: Version
        switch event.kind {
        case .syncStarted:
            guard let started = event.payload(as: SyncStarted.self), started.cause == .commit else { return nil }
            version = started.version
            state = .pending
        case .syncEnded:
            guard let ended = event.payload(as: SyncEnded.self) else { return nil }
            version = ended.version
            switch ended.result {
            case .succeeded: state = .success
            case .failed: state = .failure
            case .cancelled, .superseded: state = .cancelled
            }
        case .renderFailed:
            guard let failed = event.payload(as: RenderFailed.self) else { return nil }
            version = failed.version
            state = .failure
        case .rolledBack:
            guard let back = event.payload(as: RolledBack.self) else { return nil }
            version = back.from.version
            state = .failure
        default: return nil
        }
        let found = version.source.map { ($0, source) } ?? version.fleet.map { ($0, fleet) }
        guard let (commit, home) = found, let place = home else { return nil }
        self.commit = commit
        self.place = place
        context = "trimtab/\(unit.application)@\(unit.target)"
    }

    /// A request to a forge; paths are appended to its API's address.
    func request(_ message: Message, _ forge: Receiver.Forge) -> (path: Text, body: [UInt8]) {
        let path = place.path.utf8.split(separator: UInt8(ascii: "/")).map { PercentEncoding.encode($0) }
        let words = cut(message.summary.isEmpty ? Text(message.kind.rawValue) : message.summary, to: 140)
        let body = Value.fields([
            "state": .string(word(for: forge)), (forge == .gitlab ? "name" : "context"): .string(context),
            "description": .string(words), "target_url": message.link.map { .string($0) },
        ])
        switch forge {
        case .github, .gitea:
            return ("/repos/\(Text(path.joined(separator: "/")))/statuses/\(Text(commit.hex))", JSON.write(body))
        case .gitlab:
            return ("/projects/\(Text(path.joined(separator: "%2F")))/statuses/\(Text(commit.hex))", JSON.write(body))
        }
    }

    private func word(for forge: Receiver.Forge) -> Text {
        switch (state, forge) {
        case (.pending, .gitlab): "running"
        case (.pending, _): "pending"
        case (.success, _): "success"
        case (.failure, .gitlab): "failed"
        case (.failure, _): "failure"
        case (.cancelled, .gitlab): "canceled"
        case (.cancelled, _): "error"
        }
    }

    private func cut(_ text: Text, to limit: Int) -> Text {
        guard text.utf8.count > limit else { return text }
        var bytes = Array(text.utf8.prefix(limit - 3))
        // Not within a character.
        while let last = bytes.last, last & 0xC0 == 0x80 { bytes.removeLast() }
        if let last = bytes.last, last >= 0xC0 { bytes.removeLast() }
        return Text(utf8: bytes + "…".utf8) ?? ""
    }
}
