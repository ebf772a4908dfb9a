// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Fleet
import Manifest
import Model
import TestSupport
import Testing

/// Which place may declare which kind.
@Suite struct TerritoryTests {
    private static let declarations: [(kind: FleetKind, text: String)] = [
        (.fleet, "kind: Fleet\nmetadata: {name: new}\nspec: {platform: platform}"),
        (.target, "kind: Target\nmetadata: {name: new}\nspec: {host: {machine: new.example.org}}"),
        (.source, "kind: Source\nmetadata: {name: new}\nspec: {git: \"https://git.example.org/new\"}"),
        (.project, "kind: Project\nmetadata: {name: new}\nspec: {sources: [], limits: []}"),
        (.application, "kind: Application\nmetadata: {name: new}\nspec: {source: {}, targets: {env: dev}}"),
        (.secretStore, "kind: SecretStore\nmetadata: {name: new}\nspec: {}"),
        (.notification, "kind: Notification\nmetadata: {name: new}\nspec: {}"),
    ]

    private func declared(_ fleet: FleetSnapshot) -> [String] {
        let names =
            fleet.targets.keys.map { "Target/\($0)" } + fleet.sources.keys.map { "Source/\($0)" }
            + fleet.projects.keys.map { "Project/\($0)" } + fleet.applications.keys.map { "Application/\($0)" }
        return names.filter { $0.hasSuffix("/new") }
    }

    @Test(arguments: [
        ("projects/shop/x.yaml", ["Application/new"]),
        ("projects/shop/deep/er/x.yaml", ["Application/new"]),
        ("platform/x.yaml", ["Target/new", "Source/new", "Project/new"]),
        ("platform/deep/x.yaml", ["Target/new", "Source/new", "Project/new"]),
        // Nobody's folders, and what nobody reads.
        ("projects/x.yaml", []), ("x.yaml", []), ("elsewhere/x.yaml", []), ("platform/x.txt", []),
        ("projects/Shop/x.yaml", []), ("projects/.hidden/x.yaml", []),
    ])
    func `each kind is declared where it may be, and nowhere else`(path: String, allowed: [String]) async throws {
        var found: [String] = []
        for (kind, text) in Self.declarations {
            let fleet = try await Fixture.read([path: text])
            found += declared(fleet)
            #expect(fleet.unitNames.filter { !$0.hasPrefix("new@") } == ["db@prod-1", "web@dev-1", "web@prod-1"])
            let isRead = path.hasPrefix("platform/") && path.hasSuffix(".yaml") || path.hasPrefix("projects/shop/")
            if isRead { #expect(fleet.problems.isEmpty == !declared(fleet).isEmpty, "\(kind) in \(path)") }
        }
        #expect(found == allowed)
    }

    @Test func `the platform folder declares applications for a project that it names`() async throws {
        let text = Self.declarations[4].text.replacing("source: {}", with: "project: shop, source: {}")
        #expect(declared(try await Fixture.read(["platform/x.yaml": text])) == ["Application/new"])
    }

    @Test func `objects that applications render are no declarations, nor the other way round`() async throws {
        let object = "apiVersion: host.trimtab.dev/v1alpha1\nkind: File\nmetadata: {name: new}\nspec: {}"
        let fleet = try await Fixture.read(["projects/shop/x.yaml": object])
        #expect(
            fleet.messages == [
                "projects/shop/x.yaml:1:13: \"File\" of \"host.trimtab.dev/v1alpha1\" is no kind of "
                    + "trimtab.dev/v1alpha1 (objects are rendered from an application's source; they do not belong in "
                    + "this folder)"
            ])
    }

    @Test(arguments: [
        ("Aplication", "did you mean \"Application\"?"), ("application", "did you mean \"Application\"?"),
        ("Deployment", "known here: Application"), ("Fleet\u{200B}", "did you mean \"Fleet"), ("\"\"", "known here"),
    ])
    func `an unknown kind is told with what may have been meant`(word: String, advice: String) async throws {
        let place = word.hasPrefix("Fleet") ? "platform/x.yaml" : "projects/shop/x.yaml"
        let fleet = try await Fixture.read([place: "kind: \(word)\nmetadata: {name: new}\nspec: {}"])
        #expect(fleet.problems.count == 1)
        #expect(fleet.messages.first?.contains("unknown kind") == true)
        #expect(fleet.messages.first?.contains(advice) == true || word.hasPrefix("Fleet"), "\(fleet.messages)")
        // It may have been anything, so nothing of this folder counts as removed.
        let unit = try Fixture.unit("gone@prod-1")
        #expect(fleet.fate(of: unit, project: try ProjectName(validating: "shop")) != .removed)
    }
}
