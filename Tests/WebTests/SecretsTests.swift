// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Manifest
import Model
import TestSupport
import Testing
import Web

@Suite struct SecretsTests {
    private let web = Sample.unit("web", "prod")
    private let database = Sample.unit("postgres", "prod")

    private func event(_ unit: UnitID?, _ kind: EventKind, _ payload: Value, ago: Int) -> EventView {
        EventView(
            event: Event(
                id: EventID(writer: "x", incarnation: 1, sequence: 1), time: Sample.now.advanced(by: .seconds(-ago)),
                draft: EventDraft(kind: kind, unit: unit, payload: payload)), summary: "")
    }

    private func read(_ unit: UnitID, _ place: Text, _ version: Text, ago: Int) -> EventView {
        let access = SecretAccess(place: place, keys: ["password"], version: version)
        return event(unit, .secretsRead, SecretsRead(project: "shop", accesses: [access]).value, ago: ago)
    }

    private func page(_ events: [EventView], words: [Text] = []) throws -> String {
        let places = SecretPlace.all(events, units: [web, database])
        let content = SecretsPage(places, words: words, now: Sample.now).content
        _ = try StrictHTML(content.main.bytes)
        return String(decoding: content.main.bytes, as: UTF8.self)
    }

    @Test func `what was given last counts, by place`() throws {
        let events = [
            read(web, "vault:shop/db", "3", ago: 900), read(web, "vault:shop/db", "4", ago: 600),
            read(database, "vault:shop/db", "4", ago: 300),
        ]
        let places = SecretPlace.all(events, units: [web, database])
        #expect(places.map(\.place) == ["vault:shop/db"])
        #expect(places.first?.uses.map(\.version) == ["4", "4"])
        #expect(places.first?.uses.map(\.unit) == [database, web] && places.first?.keys == ["password"])
        let page = try page(events)
        #expect(page.contains("/units/acme/postgres/prod") && page.contains("5 min ago") && !page.contains(">3<"))
    }

    @Test func `units that are gone have nothing`() {
        #expect(SecretPlace.all([read(web, "vault:a", "1", ago: 1)], units: [database]).isEmpty)
    }

    @Test func `a store that fails is told of until it is back`() throws {
        let failed = StoreFailed(place: "vault:b", state: "denied", reason: "403", since: nil, units: [web])
        var events = [
            read(web, "file:a.yaml", "1", ago: 9), read(database, "vault:b", "1", ago: 8),
            event(nil, .storeFailed, failed.value, ago: 5),
        ]
        #expect(SecretPlace.all(events, units: [web, database]).map(\.place) == ["vault:b", "file:a.yaml"])
        #expect(try page(events).contains("Does not come: denied"))
        events.append(event(nil, .storeRecovered, StoreRecovered(place: "vault:b").value, ago: 1))
        #expect(try !page(events).contains("Does not come"))
    }

    @Test func `places are found by what is known of them`() throws {
        let events = [read(web, "file:a.yaml", "1", ago: 9), read(database, "vault:b", "1", ago: 8)]
        let found = try page(events, words: ["VAULT", "postgres"])
        #expect(found.contains("vault:b") && !found.contains("file:a.yaml"))
    }
}
