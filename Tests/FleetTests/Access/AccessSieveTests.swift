// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Fleet
import Manifest
import Model
import TestSupport
import Testing

/// Many units held against what somebody may do.
@Suite struct AccessSieveTests {
    private static let bindings = """
        kind: RoleBinding
        metadata: {name: team}
        spec: {role: viewer, to: [{group: shop}], projects: [shop], on: {env: dev}}
        ---
        kind: RoleBinding
        metadata: {name: front}
        spec: {role: operator, to: [{group: front}], applications: {tier: front}}
        ---
        kind: RoleBinding
        metadata: {name: books}
        spec: {role: viewer, to: [{group: books}], projects: [finance]}
        ---
        kind: RoleBinding
        metadata: {name: all}
        spec: {role: viewer, to: [{group: all}]}
        """

    private func units() throws -> [UnitID] {
        var units: [UnitID] = []
        for fleet in ["acme", "other"] {
            for application in ["absent", "ledger", "postgres", "web"] {
                for target in ["dev", "gone", "prod"] {
                    units.append(try #require(UnitID(parsing: Text("\(fleet)/\(application)@\(target)"))))
                }
            }
        }
        return units
    }

    @Test(
        arguments: [
            [], ["shop"], ["front"], ["books"], ["all"], ["shop", "front"], ["shop", "books"], ["nobody"],
        ] as [[Text]])
    func `it lets through what each question by itself allows`(groups: [Text]) async throws {
        let policy = try await Sample.policy(Self.bindings)
        let rights = policy.rights(of: try #require(Principal.user("ada@example.org", groups: groups)))
        let projects = [nil, ProjectName("shop"), ProjectName("finance")]
        for verb in [Verb.read, .sync, .admin] {
            var sieve = AccessSieve(verb, of: rights, by: policy)
            for project in projects {
                for unit in try units() {
                    let alone = rights.allows(verb, on: policy.facts(of: unit, project: project))
                    let together = sieve.allows(unit, of: project)
                    #expect(together == alone, "\(verb) \(unit) \(groups)")
                }
            }
            // Units in no order at all are judged the same.
            for unit in try units().sorted(by: { $0.target < $1.target }) {
                let alone = rights.allows(verb, on: policy.facts(of: unit))
                let together = sieve.allows(unit, of: nil)
                #expect(together == alone, "\(verb) \(unit) \(groups)")
            }
        }
    }

    @Test func `an application is looked up once, and a target once, however many units there are`() async throws {
        let policy = try await Sample.policy(Self.bindings)
        let rights = policy.rights(of: try #require(Principal.user("ada@example.org", groups: ["shop"])))
        var sieve = AccessSieve(.read, of: rights, by: policy)
        let targets = (0..<200).map { "t\($0)" } + ["dev"]
        var shown = 0
        for application in ["postgres", "web"] {
            for target in targets {
                let unit = try #require(UnitID(parsing: Text("acme/\(application)@\(target)")))
                if sieve.allows(unit, of: ProjectName("shop")) { shown += 1 }
            }
        }
        #expect(shown == 2)
        #expect(sieve.questions == 2 + targets.count)
    }

    @Test func `this machine's own user is asked nothing`() async throws {
        let policy = try await Sample.policy(Self.bindings)
        let rights = policy.rights(of: .local(user: "ada"))
        var sieve = AccessSieve(.admin, of: rights, by: policy)
        for unit in try units() {
            let isLetThrough = sieve.allows(unit, of: nil)
            #expect(isLetThrough, "\(unit)")
        }
        #expect(sieve.questions == 0)
    }
}
