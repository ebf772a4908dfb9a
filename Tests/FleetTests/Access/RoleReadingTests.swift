// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Fleet
import Manifest
import Model
import TestSupport
import Testing

/// Roles that are not in order give nothing, and say what is wrong.
@Suite struct RoleReadingTests {
    private func binding(_ spec: String) -> String { "kind: RoleBinding\nmetadata: {name: a}\nspec: \(spec)" }
    private func role(_ rule: String, name: String = "a") -> String {
        "kind: Role\nmetadata: {name: \(name)}\nspec: {allow: [\(rule)]}"
    }

    @Test(arguments: [
        (
            "{role: operater, to: [{user: a}]}",
            "platform/access.yaml:3:14: there is no role \"operater\" that is in order (did you mean \"operator\"?)"
        ),
        (
            "{role: viewer, to: [{usr: a}]}",
            "platform/access.yaml:3:28: spec.to[0]: unknown field \"usr\" (did you mean \"user\"?)"
        ),
        ("{role: viewer, to: []}", "must not be empty"),
        ("{role: viewer, to: [{user: a, group: b}]}", "only one of user, group, token, workload may be given"),
        ("{role: viewer, to: [{}]}", "one of user, group, token, workload is missing"),
        ("{role: viewer, to: [{workload: {provider: ci}}]}", "\"claims\" is missing"),
        ("{role: viewer, to: [{workload: {provider: ci, claims: {}}}]}", "must not be empty"),
        ("{role: viewer, to: [{workload: {provider: ci, claims: {run: []}}}]}", "must not be empty"),
        ("{role: viewer, to: [{workload: {provider: ci, claims: {run: 7}}}]}", "put it in quotes"),
        ("{role: viewer, to: [{workload: {claims: {repository: a}}}]}", "\"provider\" is missing"),
        ("{role: viewer, to: [{user: \"\"}]}", "must not be empty"),
        ("{role: viewer, to: [{token: A}]}", "is not a name"),
        ("{role: viewer, to: [{user: a}], on: {}}", "must not be empty"),
        ("{role: viewer, to: [{user: a}], projects: []}", "must not be empty"),
    ])
    func `a binding that is not in order binds nobody`(spec: String, message: String) async throws {
        let fleet = try await Sample.declared(binding(spec))
        #expect(fleet.messages.count == 1)
        #expect(fleet.messages.first?.contains(message) == true, "\(fleet.messages)")
        #expect(fleet.roleBindings.isEmpty)
        #expect(fleet.unitNames.count == 4)
    }

    @Test(arguments: [
        ("{verbs: [raed]}", "\"raed\" is not one of read, sync"), ("{verbs: []}", "must not be empty"),
        ("{projects: [shop]}", "\"verbs\" is missing"),
        ("{verbs: [read], project: shop}", "did you mean \"projects\"?"),
        ("{verbs: [\"*\"]}", "is not one of"),
    ])
    func `a role that is not in order is none`(rule: String, message: String) async throws {
        let fleet = try await Sample.declared(
            role(rule) + "\n---\n" + binding("{role: a, to: [{user: ada}]}"))
        #expect(fleet.messages.contains { $0.contains(message) }, "\(fleet.messages)")
        #expect(fleet.roles.isEmpty && fleet.roleBindings.isEmpty)
    }

    @Test func `a slip in a project's name is told`() async throws {
        let fleet = try await Sample.declared(binding("{role: viewer, to: [{user: ada}], projects: [shp]}"))
        #expect(
            fleet.messages == [
                "platform/access.yaml:3:51: there is no project \"shp\" (did you mean \"shop\"?)"
            ])
    }

    @Test func `nobody declares another admin`() async throws {
        let fleet = try await Sample.declared(role("{verbs: [read]}", name: "admin"))
        #expect(fleet.messages.first?.contains("every fleet has a role \"admin\" already") == true)
        #expect(fleet.roles.isEmpty)
    }

    @Test func `two bindings of one name bind nobody`() async throws {
        let one = binding("{role: viewer, to: [{user: ada}]}")
        let fleet = try await Sample.declared(one + "\n---\n" + one)
        #expect(fleet.messages.count == 2 && fleet.roleBindings.isEmpty)
    }

    @Test func `a project's folder gives no rights`() async throws {
        for text in [binding("{role: admin, to: [{user: eve}]}"), role("{verbs: [admin]}")] {
            let fleet = try await Fixture.read(["projects/shop/access.yaml": text])
            #expect(fleet.messages.first?.contains("a project's folder may not declare Role") == true)
            #expect(fleet.roleBindings.isEmpty && fleet.roles.isEmpty)
        }
    }

    @Test func `who changes a role changes what the fleet says`() async throws {
        let before = try await Sample.declared(binding("{role: viewer, to: [{user: ada}]}"))
        let after = try await Sample.declared(binding("{role: admin, to: [{user: ada}]}"))
        #expect(before.digest() != after.digest())
        // A comment is no news.
        let same = try await Sample.declared("# who sees\n" + binding("{role: viewer, to: [{user: ada}]}"))
        #expect(before.digest() == same.digest())
    }
}
