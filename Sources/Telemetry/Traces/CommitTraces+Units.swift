// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model

extension CommitTraces {
    mutating func follow(_ event: Event, of unit: UnitID) -> [Span] {
        switch event.kind {
        case .rendered:
            guard let rendered = event.payload(as: ContentRendered.self) else { return [] }
            let left = leave(unit, at: event.time, .ok, "superseded")
            guard var progress = begin(event, rendered.version, rendered.render) else { return left }
            progress.rendered = event.time
            keep(progress, of: unit)
            let count = Span.Pair("trimtab.objects", rendered.objects)
            return left + [phase("render", of: progress, event, since: progress.begun, [count])]
        case .renderFailed:
            guard let failed = event.payload(as: RenderFailed.self), let progress = begin(event, failed.version, nil)
            else { return [] }
            let left = leave(unit, at: event.time, .ok, "superseded")
            let status = Span.Status.error(failed.reason)
            // It ends at once, so no other need make room for it.
            return left + [
                phase("render", of: progress, event, since: progress.begun, status: status),
                whole(unit, progress, until: event.time, status, "failed"),
            ]
        case .planned: return plan(event, unit)
        case .planBlocked:
            if units[unit]?.blocked == nil { units[unit]?.blocked = event.time }
            return []
        case .syncStarted: return start(event, unit)
        case .intent:
            guard units[unit]?.started != nil, let intent = event.payload(as: Intent.self) else { return [] }
            units[unit]?.wave = (intent.wave, event.time)
            return []
        case .outcome: return endWave(event, unit)
        case .syncEnded: return end(event, unit)
        case .healthChanged: return settle(event, unit)
        case .unitRemoved:
            return leave(unit, at: event.time, .ok, "removed")
        default: return []
        }
    }

    private mutating func plan(_ event: Event, _ unit: UnitID) -> [Span] {
        guard let planned = event.payload(as: Planned.self) else { return [] }
        let known = units[unit].flatMap { $0.render == planned.render ? $0 : nil }
        guard var progress = known ?? begin(event, planned.version, planned.render) else { return [] }
        let span = phase(
            "plan", of: progress, event, since: progress.rendered ?? progress.begun,
            [
                Span.Pair("trimtab.plan", Text(planned.plan.hex)), Span.Pair("trimtab.create", planned.counts.create),
                Span.Pair("trimtab.update", planned.counts.update), Span.Pair("trimtab.delete", planned.counts.delete),
            ])
        progress.planned = event.time
        keep(progress, of: unit)
        return [span]
    }

    private mutating func start(_ event: Event, _ unit: UnitID) -> [Span] {
        // Putting drift back follows no commit.
        guard let started = event.payload(as: SyncStarted.self), started.cause != .drift else { return [] }
        let known = units[unit].flatMap { $0.render == started.render && $0.ended == nil ? $0 : nil }
        guard var progress = known ?? begin(event, started.version, started.render) else { return [] }
        var spans: [Span] = []
        if let blocked = progress.blocked { spans.append(phase("wait", of: progress, event, since: blocked)) }
        progress.blocked = nil
        progress.started = event.time
        progress.apply = SpanID(of: event.id, "apply")
        keep(progress, of: unit)
        return spans
    }

    private mutating func endWave(_ event: Event, _ unit: UnitID) -> [Span] {
        guard let progress = units[unit], let wave = progress.wave, let outcome = event.payload(as: WaveOutcome.self)
        else { return [] }
        units[unit]?.wave = nil
        let isWell = outcome.failed.isEmpty
        return [
            Span(
                trace: progress.trace, id: SpanID(of: event.id, "wave"), parent: progress.apply,
                name: "wave \(wave.number)", start: wave.since, end: event.time,
                status: isWell ? .ok : .error("\(outcome.failed.count) objects failed"),
                attributes: [
                    Span.Pair("trimtab.applied", outcome.applied.count),
                    Span.Pair("trimtab.released", outcome.released.count),
                    Span.Pair("trimtab.failed", outcome.failed.count),
                ])
        ]
    }

    private mutating func end(_ event: Event, _ unit: UnitID) -> [Span] {
        guard var progress = units[unit], let started = progress.started, let id = progress.apply,
            let ended = event.payload(as: SyncEnded.self)
        else { return [] }
        let isWell = ended.result == .succeeded
        let status: Span.Status = isWell ? .ok : .error(ended.reason.isEmpty ? "ended early" : ended.reason)
        let span = Span(
            trace: progress.trace, id: id, parent: progress.own, name: "apply", start: started, end: event.time,
            status: status, attributes: [Span.Pair("trimtab.result", Text(ended.result.rawValue))])
        (progress.started, progress.apply, progress.wave) = (nil, nil, nil)
        if isWell { progress.ended = event.time }
        units[unit] = progress
        return [span] + (isWell ? [] : leave(unit, at: event.time, status, Text(ended.result.rawValue)))
    }

    private mutating func settle(_ event: Event, _ unit: UnitID) -> [Span] {
        guard let progress = units[unit], let ended = progress.ended,
            let changed = event.payload(as: HealthChanged.self)
        else { return [] }
        let word = Text(changed.health.rawValue)
        switch changed.health {
        case .healthy, .suspended:
            return [phase("settle", of: progress, event, since: ended)] + leave(unit, at: event.time, .ok, word)
        case .degraded, .missing:
            let status = Span.Status.error(changed.reason.isEmpty ? word : changed.reason)
            return [phase("settle", of: progress, event, since: ended, status: status)]
                + leave(unit, at: event.time, status, word)
        case .progressing, .unknown: return []
        }
    }

    /// Forgets the unit, whose way ends here.
    private mutating func leave(_ unit: UnitID, at time: Time, _ status: Span.Status, _ result: Text) -> [Span] {
        units.removeValue(forKey: unit).map { [whole(unit, $0, until: time, status, result)] } ?? []
    }

    private func whole(
        _ unit: UnitID, _ progress: Progress, until time: Time, _ status: Span.Status, _ result: Text
    ) -> Span {
        var attributes = [
            Span.Pair("trimtab.unit", Text(unit.description)), Span.Pair("trimtab.result", result),
        ]
        if let source = progress.version.source {
            attributes.append(Span.Pair("trimtab.source.commit", Text(source.hex)))
        }
        if let fleet = progress.version.fleet { attributes.append(Span.Pair("trimtab.fleet.commit", Text(fleet.hex))) }
        if let render = progress.render { attributes.append(Span.Pair("trimtab.content", Text(render.hex))) }
        return Span(
            trace: progress.trace, id: progress.own, parent: progress.root, name: "deploy \(unit)",
            start: progress.begun, end: time, status: status, attributes: attributes)
    }

    private func phase(
        _ name: Text, of progress: Progress, _ event: Event, since start: Time, _ attributes: [Span.Pair] = [],
        status: Span.Status = .ok
    ) -> Span {
        Span(
            trace: progress.trace, id: SpanID(of: event.id, name), parent: progress.own, name: name, start: start,
            end: event.time, status: status, attributes: attributes)
    }
}
