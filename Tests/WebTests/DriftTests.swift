// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Manifest
import Model
import TestSupport
import Testing
import Web

@Suite struct DriftTests {
    private let web = Sample.unit("web", "prod")
    private let database = Sample.unit("postgres", "prod")
    private let file = Sample.file("/etc/motd")

    private func time(_ seconds: Int) -> Time { Sample.now.advanced(by: .seconds(seconds)) }

    private func event(_ payload: any Payload, of unit: UnitID, at seconds: Int) -> EventView {
        EventView(
            Event(
                id: EventID(writer: "x", incarnation: 1, sequence: UInt64(1000 + seconds)), time: time(seconds),
                draft: payload.draft(of: unit)))
    }

    private func drifted(_ unit: UnitID, at seconds: Int, by cause: Text = "", _ fields: [Text] = ["spec.mode"])
        -> EventView
    {
        event(Drifted(plan: Sample.digest(1), objects: [file: fields], cause: cause), of: unit, at: seconds)
    }

    private func standing(_ unit: UnitID, drifts: Bool) -> UnitStatus {
        var status = Sample.web
        status.unit = unit
        status.drift = drifts ? DriftSummary(objects: 1, since: time(-500), cause: "uid 7", examples: [file]) : nil
        return status
    }

    @Test func `what was healed tells when, what is open stays open`() {
        let episodes = DriftEpisode.episodes(
            of: [
                drifted(web, at: 1, by: "uid 1000"), event(Healed(objects: [file]), of: web, at: 3),
                drifted(database, at: 5),
            ],
            units: [standing(web, drifts: false), standing(database, drifts: true)])
        #expect(episodes.map(\.unit) == [database, web], "what is open comes first")
        #expect(episodes.map(\.end) == [.open, .healed(time(3))])
        #expect(episodes.map(\.since) == [time(5), time(1)])
        #expect(episodes.map(\.cause) == ["", "uid 1000"])
    }

    @Test func `what is seen again before it ends is one drift`() {
        let more = event(
            Drifted(plan: Sample.digest(2), objects: [Sample.file("/etc/hosts"): []], cause: "root"), of: web, at: 2)
        let episodes = DriftEpisode.episodes(of: [drifted(web, at: 1), more], units: [standing(web, drifts: true)])
        #expect(episodes.count == 1)
        #expect(episodes.first?.objects == [file: ["spec.mode"], Sample.file("/etc/hosts"): []])
        #expect(episodes.first?.since == time(1) && episodes.first?.cause == "root")
    }

    @Test func `what ended without a word is settled`() {
        let episodes = DriftEpisode.episodes(of: [drifted(web, at: 1)], units: [standing(web, drifts: false)])
        #expect(episodes.map(\.end) == [.settled])
    }

    @Test func `drift after a sync is another than the drift before it`() async throws {
        let synced = SyncEnded(
            result: .succeeded, version: Version(fleet: nil, source: nil), render: Sample.digest(3))
        let events = [
            drifted(web, at: 1, by: "uid 1000"), event(synced, of: web, at: 2), drifted(web, at: 5, by: "uid 2000"),
            drifted(database, at: 6), event(UnitRemoved(orphaned: []), of: database, at: 7), drifted(database, at: 8),
        ]
        let episodes = DriftEpisode.episodes(
            of: events, units: [standing(web, drifts: true), standing(database, drifts: false)])
        #expect(episodes.map(\.unit) == [web, database, database, web])
        #expect(episodes.map(\.end) == [.open, .settled, .settled, .settled])
        #expect(episodes.map(\.since) == [time(5), time(8), time(6), time(1)])
        #expect(episodes.first?.cause == "uid 2000")
        // The page asks for what it needs to tell them apart.
        let twin = MemoryOperations(
            fleet: FleetStatus(engine: EngineInfo(version: "1"), units: [standing(web, drifts: false)]))
        for view in events.prefix(3) {
            await twin.append(view.event.kind, unit: web, payload: view.event.payload)
        }
        let page = await Pages(clock: { Sample.now }).get(.drift, of: twin).text
        #expect(page.contains("uid 1000") && page.contains("uid 2000"))
    }

    @Test func `drift whose beginning is not at hand is told from how the unit stands`() {
        let episodes = DriftEpisode.episodes(of: [], units: [standing(web, drifts: true)])
        #expect(episodes.map(\.end) == [.open] && episodes.first?.since == time(-500))
        #expect(episodes.first?.objects == [file: nil])
    }

    @Test func `somebody who changes it back again and again is told of`() throws {
        let fight = event(FightDetected(objects: [file], rounds: 4, cause: "cron"), of: web, at: 2)
        let episodes = DriftEpisode.episodes(of: [drifted(web, at: 1), fight], units: [standing(web, drifts: true)])
        let html = try StrictHTML(DriftPage(episodes, now: Sample.now).content.main.bytes)
        #expect(html.texts.contains("No, it comes back"))
    }

    @Test func `a page of what was gone says so`() throws {
        let episodes = DriftEpisode.episodes(of: [drifted(web, at: 1, [])], units: [standing(web, drifts: true)])
        let html = try StrictHTML(DriftPage(episodes, now: Sample.now).content.main.bytes)
        #expect(html.texts.contains("is gone"))
    }
}
