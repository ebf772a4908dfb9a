// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Fleet
import Manifest
import Model
import TestSupport
import Testing

@Suite struct ShortFormTests {
    private let text = """
        kind: Target
        metadata: {name: here}
        spec: {host: {root: ./sandbox}}
        ---
        kind: Application
        metadata: {name: site}
        spec: {source: {path: site}}
        """

    private func read(_ text: String, more: [String: String] = [:]) async throws -> FleetSnapshot {
        try await FleetReader.read(MemoryTree(files: more.merging(["try.yaml": text]) { $1 }))
    }

    @Test func `one file is a fleet whose project ends at the sandbox`() async throws {
        let fleet = try await read(text, more: ["site/page.yaml": "kind: ["])
        #expect(fleet.messages == [])
        let unit = try #require(fleet.units().first)
        #expect(unit.unit.description == "fleet/site@here")
        #expect(unit.source == nil && unit.follow == nil)
        #expect(unit.limits.host == HostLimits(paths: ["/**"], kinds: ["File", "Directory", "Link"]))
        #expect(fleet.notices.count == 1 && fleet.notices.first?.string.contains("./sandbox") == true)
    }

    @Test func `a machine needs a project`() async throws {
        let fleet = try await read(text.replacing("root: ./sandbox", with: "machine: localhost"))
        #expect(fleet.units().isEmpty)
        #expect(fleet.messages.first?.contains("root: FOLDER") == true)
    }

    @Test(arguments: ["Project", "Source", "SecretStore"])
    func `other kinds need a fleet.yaml`(kind: String) async throws {
        let fleet = try await read(text + "\n---\nkind: \(kind)\nmetadata: {name: x}\nspec: {}")
        #expect(fleet.messages.first?.contains("needs a fleet.yaml") == true)
    }

    @Test func `two files at the root are no short form`() async throws {
        #expect(try await read(text, more: ["b.yaml": "a: 1"]).name == nil)
    }

    @Test(arguments: ["/", ".", "./", "../x", "a/../../x"])
    func `a root is a folder of its own`(root: String) async throws {
        let fleet = try await read(text.replacing("./sandbox", with: root))
        #expect(fleet.messages.first?.contains("spec.host.root") == true)
    }
}
