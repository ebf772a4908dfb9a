// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Fleet
import Manifest
import Model

extension Reconciliation {
    /// Units converge to the newest content that is not marked bad.
    mutating func choose(_ newest: Rendered) -> Step {
        if (record.rendered ?? record.applied?.render) != newest.digest {
            let rendered = ContentRendered(
                version: newest.version, render: newest.digest, objects: newest.objects.count + newest.hooks.count)
            news.append(rendered.draft(of: unit))
        }
        guard record.bad.contains(newest.digest) else { return admit(newest) }
        guard let earlier = record.lastGood else { return finish(.blocked, UnitRecord.nothingGood) }
        phase = .loading(version: earlier.version, note: earlier.staying)
        return Step(action: .load(render: earlier.render, version: earlier.version, only: nil))
    }

    mutating func use(_ loaded: Rendered, of version: Version, note: Text) -> Step {
        guard isComplete(loaded) else { return render(version) }
        self.note = note
        return admit(loaded.taken(backTo: version))
    }

    /// Content that was admitted before needs it again only when contents are looked at anyway, since links on the host
    /// may have changed, and when the driver is to remember it. The driver checks once more when it acts.
    private mutating func admit(_ rendered: Rendered) -> Step {
        let isKnown =
            rendered.digest == record.applied?.render && job.scope != .whole(.content) && !mustAdmit
        guard !isKnown, !rendered.all.isEmpty else { return compare(rendered) }
        phase = .admitting(rendered)
        return Step(action: .admit(rendered.all))
    }

    mutating func admitted(_ rendered: Rendered, _ refusals: [Refusal]) -> Step {
        guard !refusals.isEmpty else {
            isAdmitted = true
            return compare(rendered)
        }
        let named = refusals.prefix(10).map { "\($0.object): \($0.reason)" }.joined(separator: "; ")
        let others = refusals.count > 10 ? "; and \(refusals.count - 10) more" : ""
        return fail("refused: \(named)\(others)")
    }

    /// Whoever begins to watch what was applied before learns how it stands on the way; what it is told of need not be
    /// asked for.
    private mutating func compare(_ rendered: Rendered) -> Step {
        guard facts.needsObjects, isKnown(rendered), case .whole = job.scope else { return look(rendered) }
        phase = .following(rendered)
        return Step(action: .follow(rendered))
    }

    mutating func look(_ rendered: Rendered) -> Step {
        phase = .comparing(rendered)
        let depth: ComparisonDepth =
            switch job.scope {
            case .whole(.metadata) where isUntouched: .presumed
            case .whole(let depth): depth
            // Told that something changed: what was recorded of it is not to be trusted.
            case .objects: .content
            }
        return Step(action: .compare(rendered.all, rendered.version, depth))
    }

    /// Whether nothing was ever done to the unit and nobody is to decide about its plan, who would have to see it as it
    /// is.
    private var isUntouched: Bool {
        facts.policy.apply == .auto && record.applied == nil && record.inventory.entries.isEmpty
    }
}

extension UnitRecord {
    /// What the unit goes back to when the newest content is marked bad; `nil` when there is nothing.
    var lastGood: Entry? { history.last { $0.isGood && !bad.contains($0.render) } }

    static let nothingGood: Text = "the newest content is marked bad, and none before it was Healthy here"
}

extension UnitRecord.Entry {
    /// Said of a unit that does not go to the newest version.
    var staying: Text { "stays at \(version): the newest content is marked bad" }
}

extension Rendered {
    /// Earlier content, as it is brought again.
    func taken(backTo version: Version) -> Rendered {
        var version = version
        // Secrets have no way back: what is newest in the store is what works.
        version.secrets.merge(self.version.secrets) { _, now in now }
        return Rendered(version: version, digest: digest, objects: all, secrets: secrets)
    }
}
