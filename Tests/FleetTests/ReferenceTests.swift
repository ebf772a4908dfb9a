// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Fleet
import Manifest
import Model
import Testing

@Suite struct ReferenceTests {
    private func application(_ name: String, _ spec: String = "", source: String = "name: shop, branch: main") -> String
    {
        "kind: Application\nmetadata: {name: \(name)}\nspec: {source: {\(source)}, targets: {env: dev}\(spec)}\n"
    }

    private func messages(_ text: String) async throws -> [String] {
        try await Fixture.read(["projects/shop/new.yaml": text]).messages
    }

    @Test func `equal names in different projects disable both and name both places`() async throws {
        let fleet = try await Fixture.read([
            "projects/bank/web.yaml": application("web"),
            "platform/bank.yaml": "kind: Project\nmetadata: {name: bank}\nspec: {sources: [shop], limits: []}",
        ])
        #expect(fleet.unitNames == ["db@prod-1"])
        #expect(
            fleet.messages == [
                "projects/bank/web.yaml:2:18: Application/web is declared also at projects/shop/web.yaml:2 "
                    + "(rename or remove one of them)",
                "projects/shop/web.yaml:2:18: Application/web is declared also at projects/bank/web.yaml:2 "
                    + "(rename or remove one of them)",
            ])
    }

    private static let bank = [
        "platform/bank.yaml": "kind: Project\nmetadata: {name: bank}\nspec: {sources: [shop], limits: []}"
    ]

    private func read(_ changes: [String: String], running project: Text) async throws -> FleetSnapshot {
        var incumbents = Incumbents()
        incumbents.add(try Fixture.unit("web@prod-1"), of: try #require(ProjectName(project)))
        return try await FleetReader.read(
            Fixture.tree(Self.bank.merging(changes) { $1 }), incumbents: incumbents)
    }

    @Test func `of two projects, the one whose application runs keeps its name`() async throws {
        let fleet = try await read(["projects/bank/web.yaml": application("web")], running: "shop")
        #expect(fleet.unitNames == ["db@prod-1", "web@dev-1", "web@prod-1"])
        #expect(
            fleet.messages == [
                "projects/bank/web.yaml:2:18: Application/web is project shop's, declared at projects/shop/web.yaml:2 "
                    + "(names of applications are unique in the whole fleet: rename this one)"
            ])
    }

    @Test(arguments: [
        "kind: Application\nmetadata: {name: web}\nspec: {nonsense: 1}\n", "kind: Application\nmetadata: {name: web\n",
    ])
    func `no other project takes the name of one that is broken just now`(broken: String) async throws {
        let fleet = try await read(
            ["projects/bank/web.yaml": application("web"), "projects/shop/web.yaml": broken], running: "shop")
        #expect(fleet.unitNames == ["db@prod-1"])
        #expect(fleet.messages.contains { $0.contains("Application/web is project shop's, whose own is not in order") })
        guard
            case .disabled = fleet.fate(of: try Fixture.unit("web@prod-1"), project: try #require(ProjectName("shop")))
        else {
            Issue.record("it must stay as it is")
            return
        }
    }

    @Test func `a name that its project gave up is free for another`() async throws {
        let fleet = try await read(
            ["projects/bank/web.yaml": application("web"), "projects/shop/web.yaml": ""], running: "shop")
        #expect(fleet.messages.allSatisfy { !$0.contains("shop's") })
    }

    @Test func `a circle of dependencies is named`() async throws {
        let fleet = try await Fixture.read([
            "projects/shop/new.yaml": application("a", ", dependsOn: [{application: b}]") + "---\n"
                + application("b", ", dependsOn: [{application: c}]") + "---\n"
                + application("c", ", dependsOn: [{application: a}]") + "---\n"
                + application("d", ", dependsOn: [{application: a}]")
        ])
        #expect(fleet.messages.count == 3)
        #expect(fleet.messages.allSatisfy { $0.contains("waits for itself: a → b → c → a") })
        // The one that only waits for the circle is in order, and waits.
        #expect(fleet.unit("d@dev-1")?.dependsOn == [try Fixture.unit("a@dev-1")])
    }

    @Test func `who is in a circle by another way is told so`() async throws {
        let fleet = try await Fixture.read([
            "projects/shop/new.yaml": application("a", ", dependsOn: [{application: b}, {application: c}]") + "---\n"
                + application("b", ", dependsOn: [{application: a}]") + "---\n"
                + application("c", ", dependsOn: [{application: d}]") + "---\n"
                + application("d", ", dependsOn: [{application: a}]") + "---\n"
                + application("e", ", dependsOn: [{application: e}]")
        ])
        let reasons = fleet.problems.map { "\($0.affects.map(\.description).joined()) \($0.error.reason)" }
        #expect(
            reasons == [
                "Application/a waits for itself: a → b → a", "Application/b waits for itself: a → b → a",
                "Application/c waits for itself by way of a", "Application/d waits for itself by way of a",
                "Application/e waits for itself: e → e",
            ])
        #expect(fleet.unitNames == ["db@prod-1", "web@dev-1", "web@prod-1"])
    }

    @Test func `everything wrong with an application is told at once`() async throws {
        let found = try await messages(
            application(
                "a", ", dependsOn: [{application: nobody}], rollout: [{stage: dev}]", source: "name: sohp, branch: main"
            ).replacing("targets: {env: dev}, ", with: ""))
        #expect(found.count == 4, "\(found)")
    }

    @Test func `a long circle is shortened, and found without a deep stack`() async throws {
        let circle = (0..<1500).map { application("a\($0)", ", dependsOn: [{application: a\(($0 + 1) % 1500)}]") }
        let fleet = try await Fixture.read(["projects/shop/new.yaml": circle.joined(separator: "---\n")])
        #expect(fleet.problems.count == 1500)
        #expect(fleet.messages.allSatisfy { $0.utf8.count < 300 })
        #expect(fleet.unitNames.count == 3)
    }

    @Test func `a long chain is no circle`() async throws {
        let chain = (0..<1500).map { application("a\($0)", ", dependsOn: [{application: a\($0 + 1)}]") }
        let fleet = try await Fixture.read([
            "projects/shop/new.yaml": chain.joined(separator: "---\n") + "---\n" + application("a1500")
        ])
        #expect(fleet.messages == [])
    }

    @Test func `dependencies become units on the same target or where they say`() async throws {
        let fleet = try await Fixture.read([
            "projects/shop/new.yaml": application(
                "a", ", dependsOn: [{application: web}, {application: db, on: {env: prod}}]")
        ])
        #expect(
            fleet.unit("a@dev-1")?.dependsOn == [try Fixture.unit("db@prod-1"), try Fixture.unit("web@dev-1")])
    }

    @Test func `a dependency that does not run there disables the unit`() async throws {
        let fleet = try await Fixture.read([
            "projects/shop/new.yaml": application("a", ", dependsOn: [{application: db}]")
        ])
        #expect(fleet.messages.first?.contains("acme/a@dev-1: depends on db, which does not run there") == true)
        #expect(fleet.disabledUnits == [try Fixture.unit("a@dev-1")])
    }

    @Test(arguments: [
        (
            ", dependsOn: [{application: dbb}]", "name: shop, branch: main",
            "no application \"dbb\" (did you mean \"db\"?)"
        ),
        ("", "name: sohp, branch: main", "does not allow the source \"sohp\" (did you mean \"shop\"?)"),
        ("", "name: shop", "one of branch, tag, commit is missing"),
        ("", "name: shop, branch: main, tag: v1", "only one of branch, tag, commit may be given"),
        ("", "name: fleet, branch: main", "the fleet's own commit"),
        ("", "name: shop, branch: \"-x\"", "is not the name of a branch or tag"),
        ("", "name: shop, branch: \"a..b\"", "is not the name of a branch or tag"),
        ("", "name: shop, commit: abc123", "is not a full commit id"),
        (", rollout: [{stage: dev}]", "name: shop, branch: main", "rollout is not supported by this version"),
        (", sync: {ignore: [{field: a}]}", "name: shop, branch: main", "on a host every field of an object"),
        (", sync: {additions: remove}", "name: shop, branch: main", "on a host every field of an object"),
        (
            ", overrides: [{on: {env: dev}}]", "name: shop, branch: main",
            "overrides[0]: one of path, as, include, exclude, kustomize, helm is missing"
        ),
        (", overrides: [{on: {}, path: x}]", "name: shop, branch: main", "overrides[0].on: must not be empty"),
        (", namespace: shop", "name: shop, branch: main", "a host has no namespaces"),
        (", sync: {apply: automatic}", "name: shop, branch: main", "is not one of auto, approved, manual"),
        (", rollback: {whenDegradedWithin: 15}", "name: shop, branch: main", "put it in quotes"),
    ])
    func `is refused`(spec: String, source: String, message: String) async throws {
        let found = try await messages(application("a", spec, source: source))
        #expect(found.count == 1 && found.first?.contains(message) == true, "\(found)")
    }

    @Test func `an empty selection is refused`() async throws {
        let text = application("a").replacing("{env: dev}", with: "{}")
        #expect(try await messages(text) == ["projects/shop/new.yaml:3:53: spec.targets: must not be empty"])
    }

    @Test func `two limits for one target are refused`() async throws {
        let text =
            (Fixture.files["platform/shop.yaml"] ?? "") + "\n    - on: {env: prod}\n      host: {paths: [\"/**\"]}\n"
        let fleet = try await Fixture.read(["platform/shop.yaml": text])
        #expect(fleet.unitNames == ["web@dev-1"])
        #expect(fleet.messages.allSatisfy { $0.contains("2 entries of project shop's limits select this target") })
    }

    @Test func `a target without limits is refused`() async throws {
        let text = (Fixture.files["platform/shop.yaml"] ?? "").replacing("{on: host}", with: "{env: prod}")
        let fleet = try await Fixture.read(["platform/shop.yaml": text])
        #expect(fleet.unitNames == ["db@prod-1", "web@prod-1"])
        #expect(fleet.messages.first?.contains("project shop allows nothing on this target") == true)
    }

    @Test func `later overrides win`() async throws {
        let text = application(
            "a", ", overrides: [{path: one}, {on: {env: dev}, path: two}, {on: {env: prod}, path: three}]")
        let fleet = try await Fixture.read(["projects/shop/new.yaml": text])
        #expect(fleet.unit("a@dev-1")?.path == TreePath("two"))
    }

    @Test(arguments: [
        "https://user:secret@h/x", "https://user@h/x", "ssh://u:p@h/x", "ext::sh -c id", "ext::x", "-oProxyCommand=x",
        "gopher://h/x", "https:///x",
    ])
    func `a repository's address holds no credentials and no tricks`(url: String) async throws {
        let text = "kind: Source\nmetadata: {name: x}\nspec: {git: \"\(url)\"}"
        let fleet = try await Fixture.read(["platform/x.yaml": text])
        #expect(fleet.problems.count == 1)
        #expect(!fleet.messages.joined().contains("secret"))
    }

    @Test(arguments: ["https://h/x.git", "ssh://git@h:22/x", "git@h:x.git", "/srv/x.git", "../x", "file:///srv/x.git"])
    func `a repository's address may be`(url: String) async throws {
        let text = "kind: Source\nmetadata: {name: x}\nspec: {git: \"\(url)\"}"
        #expect(try await Fixture.read(["platform/x.yaml": text]).messages == [])
    }
}
