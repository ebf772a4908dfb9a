// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Fleet
import Manifest
import Model
import TestSupport
import Testing

/// Who may read what of a store: nobody anything that nobody wrote down.
@Suite struct SecretStoreTests {
    private func store(_ spec: String, name: String = "vault") -> String {
        "kind: SecretStore\nmetadata: {name: \(name)}\nspec: \(spec)\n"
    }

    private func reference(_ path: Text, store: Text = "vault") throws -> SecretMapping.Reference {
        SecretMapping.Reference(
            store: try #require(SecretStoreName(store)), path: path, key: "value", version: nil, isBase64: false)
    }

    private func mayRead(_ unit: String, _ path: Text, in fleet: FleetSnapshot) throws -> Bool {
        let spec = try #require(fleet.unit(unit))
        if case .success = spec.secrets.store(of: try reference(path)) { return true }
        return false
    }

    @Test func `what is allowed holds for the project, the targets and the paths that are named`() async throws {
        let fleet = try await Fixture.read([
            "platform/vault.yaml": store(
                "{vault: {connection: main}, allow: [{projects: [shop], on: {env: prod}, paths: [\"shop/**\", one]}]}")
        ])
        #expect(fleet.messages == [])
        for (path, isAllowed) in [
            ("shop/db", true), ("shop/deep/er", true), ("one", true), ("one/more", false), ("other", false),
            ("shopping", false),
        ] {
            #expect(try mayRead("web@prod-1", Text(path), in: fleet) == isAllowed, "\(path)")
            #expect(try !mayRead("web@dev-1", Text(path), in: fleet), "\(path) on another target")
        }
    }

    @Test func `a store that allows nothing gives nothing`() async throws {
        let fleet = try await Fixture.read(["platform/vault.yaml": store("{vault: {connection: main}}")])
        #expect(fleet.messages == [])
        #expect(try !mayRead("web@prod-1", "shop/db", in: fleet))
    }

    @Test func `whoever changes what is allowed changes the units that it is about`() async throws {
        func digest(_ paths: String) async throws -> Digest? {
            let spec = "{vault: {connection: main}, allow: [{projects: [shop], paths: [\(paths)]}]}"
            return try await Fixture.read(["platform/vault.yaml": store(spec)]).unit("web@prod-1")?.digest
        }
        let first = try await digest("a")
        #expect(try await digest("a") == first)
        #expect(try await digest("b") != first)
    }

    @Test func `a project gives itself what its own connection may read, and nothing of the machine`() async throws {
        let own = "{vault: {connection: shop}, allow: [{projects: [shop], paths: [\"**\"]}]}"
        let fleet = try await Fixture.read(["projects/shop/vault.yaml": store(own)])
        #expect(fleet.messages == [])
        #expect(fleet.unit("web@prod-1")?.secrets.first?.store.owner?.text == "shop")
        for (spec, reason) in [
            ("{folder: /etc, allow: [{projects: [shop], paths: [\"**\"]}]}", "a project's own store must be a vault"),
            ("{environment: A_, allow: []}", "a project's own store must be a vault"),
            ("{vault: {connection: a}, allow: [{projects: [shop, other], paths: [a]}]}", "and names others"),
        ] {
            let fleet = try await Fixture.read(["projects/shop/vault.yaml": store(spec)])
            #expect(fleet.messages.first?.contains(reason) == true, "\(fleet.messages)")
            #expect(fleet.secretStores.isEmpty)
        }
    }

    @Test(arguments: [
        ("{}", "one of vault, folder, environment is missing"),
        ("{folder: srv}", "must be absolute"),
        ("{vault: {connection: ../x}}", "is not a connection's name"),
        ("{vault: {connection: a, engine: ../sys}}", "is not a path in a store"),
        ("{vault: {connection: a, version: 3}}", "3 is not within 1 and 2"),
        ("{environment: \"1A\"}", "is not a prefix of names of variables"),
        ("{vault: {connection: a}, allow: [{paths: [a]}]}", "\"projects\" is missing"),
        ("{vault: {connection: a}, allow: [{projects: [shop], paths: [/a]}]}", "is not a pattern of paths"),
        ("{vault: {connection: a}, allow: [{projects: [shop], paths: [a/../b]}]}", "is not a pattern of paths"),
        ("{vault: {connection: a}, allow: [{projects: [shpo], paths: [a]}]}", "there is no project \"shpo\""),
        ("{vault: {connection: a}, interval: 1ms}", "must be at least 1s"),
    ])
    func `what is not in order is refused by name`(spec: String, reason: String) async throws {
        let fleet = try await Fixture.read(["platform/vault.yaml": store(spec)])
        #expect(fleet.messages.contains { $0.contains(reason) }, "\(fleet.messages)")
        #expect(fleet.unit("web@prod-1")?.secrets == [], "and everything else goes on")
    }

    @Test func `a slip in the name of a project takes nothing from the others`() async throws {
        let fleet = try await Fixture.read([
            "platform/a.yaml": store(
                "{folder: /a, allow: [{projects: [shop], paths: [\"**\"]}, {projects: [shpo], paths: [a]}]}")
        ])
        #expect(fleet.messages.contains { $0.contains("there is no project \"shpo\"") }, "\(fleet.messages)")
        #expect(fleet.unit("web@prod-1")?.secrets.count == 1)
    }

    @Test func `two stores of one name are neither`() async throws {
        let fleet = try await Fixture.read([
            "platform/a.yaml": store("{folder: /a, allow: [{projects: [shop], paths: [\"**\"]}]}"),
            "platform/b.yaml": store("{vault: {connection: a}}"),
        ])
        #expect(fleet.messages.count == 2 && fleet.secretStores.isEmpty)
    }

    @Test func `no project takes the platform's store away by one of its name`() async throws {
        let fleet = try await Fixture.read([
            "platform/a.yaml": store("{folder: /a, allow: [{projects: [shop], paths: [\"**\"]}]}"),
            "projects/shop/b.yaml": store("{vault: {connection: a}}"),
        ])
        #expect(fleet.messages.count == 1 && fleet.messages.allSatisfy { $0.contains("is the platform's") })
        #expect(fleet.secretStores.values.map(\.owner) == [nil])
        #expect(fleet.unit("web@prod-1")?.secrets.count == 1)
    }
}
