// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Fleet
import Manifest
import Model
import Secrets
import TestSupport
import Testing

@testable import Assembly

/// What is shown of a unit's settings and differences to those who may see the unit.
@Suite struct SettingDisclosureTests {
    private static let rendered: [Value] = [
        [
            "apiVersion": "v1", "kind": "Secret", "metadata": ["name": "db"],
            // "mysql://shop:canary-1@db", "canary-2"
            "data": ["dsn": "bXlzcWw6Ly9zaG9wOmNhbmFyeS0xQGRi", "own": "Y2FuYXJ5LTI="],
            "stringData": ["config": "user=shop\nkey=canary-3\n", "pin": 4711, "x": "7"],
        ],
        [
            "apiVersion": "host.trimtab.dev/v1alpha1", "kind": "File", "metadata": ["name": "key"],
            "spec": ["path": "/srv/key", "mode": "0600", "content": "canary-4\n"],
        ],
        ["apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "plain"], "data": ["a": "open-1"]],
    ]

    private func shown(_ value: Value, at path: [Text]) -> Value {
        var disclosure = SettingDisclosure()
        for manifest in Self.rendered { disclosure.note(manifest) }
        return disclosure.shown(
            RenderSetting(field: FieldPath(path.map { .key($0) }), value: value, place: "web.yaml:1"))
    }

    @Test(
        arguments: [
            "canary-1", "canary-2", "Y2FuYXJ5LTI=", "canary-3", "canary-4", "canary-4\n", 4711, "4711", "7", 7,
            "first\n  key=canary-3\nlast", "mysql://shop:canary-1@db?ssl=1",
        ] as [Value])
    func `a value for a chart that ends up in a secret place is withheld`(value: Value) {
        #expect(shown(value, at: ["helm", "values", "harmless"]) == "<secret>")
        #expect(shown([value], at: ["helm", "values", "list"]) == ["<secret>"])
        #expect(shown([["a": value]], at: ["helm", "values", "list"]) == [["a": "<secret>"]])
    }

    @Test(
        arguments: ["password", "adminPassword", "api-key", "tokens", "authToken", "credentials", "clientSecrets"]
            as [Text])
    func `one is withheld by its name, wherever it goes`(name: Text) {
        #expect(shown("canary-9", at: ["helm", "values", "auth", name]) == "<secret>")
        #expect(shown(1234, at: ["helm", "values", name]) == "<secret>")
        #expect(shown("canary-9", at: ["helm", "values", name, "main"]) == "<secret>")
        #expect(shown([[name: "canary-9"]] as Value, at: ["helm", "values", "list"]) == [[name: "<secret>"]] as Value)
        let variable: Value = [["name": .string(name), "value": "canary-9"]]
        #expect(shown(variable, at: ["helm", "values", "env"]) == [["name": .string(name), "value": "<secret>"]])
    }

    @Test func `one is withheld by its looks`() {
        let key = "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQDO\n"
        #expect(shown(.string(Text(key)), at: ["helm", "values", "tls", "key"]) == "<secret>")
        #expect(shown("https://ada:hunter22@proxy.example.org", at: ["helm", "values", "proxy"]) == "<secret>")
    }

    @Test(
        arguments: [
            "open-1", "info", 2, 4712, true, .null, "47", "secret-db", ["a": ["b", 3]],
        ] as [Value])
    func `what is in no secret place is shown`(value: Value) {
        #expect(shown(value, at: ["helm", "values", "harmless"]) == value)
        #expect(shown(value, at: ["helm", "values", "secretName"]) == value)
    }

    @Test func `a patch is withheld that writes what is in a secret place`() {
        let patches: Value = [
            ["target": ["kind": "File"], "patch": "[{op: replace, path: /spec/content, value: canary-4}]"],
            ["target": ["kind": "Deployment"], "patch": ["spec": ["replicas": 2]]],
        ]
        let told = shown(patches, at: ["kustomize", "patches"])
        #expect(told.arrayValue?.first == ["target": ["kind": "File"], "patch": "<secret>"])
        #expect(told.arrayValue?.last == patches.arrayValue?.last)
    }

    @Test func `a unit's own secrets tell two values apart, and no other place gives a way to try them`() throws {
        let disclosure = Disclosure(SecretFingerprints(key: [UInt8](repeating: 7, count: 32)))
        func told(_ value: Text, _ path: FieldPath, _ name: Text, _ application: String) throws -> Value? {
            let field = FieldDifference(path: path, old: nil, new: .secret(Secret(value)))
            let id = ObjectID(group: "", kind: "Secret", namespace: "shop", name: name)
            return disclosure.of([field], of: id, in: unit(application)).first?.new
        }
        let field: FieldPath = ["data", "password"]
        let own = try #require(try told("canary", field, "db", "web"))
        #expect(try told("canary", field, "db", "web") == own)
        #expect(try told("other", field, "db", "web") != own)
        // On the same target, in the same project: another field, another object, another unit.
        #expect(try told("canary", ["data", "copy"], "db", "web") != own)
        #expect(try told("canary", field, "mine", "web") != own)
        #expect(try told("canary", field, "db", "mine") != own)
    }

    @Test func `a secret has one fingerprint whether its field is new or what it stands in`() throws {
        let disclosure = Disclosure(SecretFingerprints(key: [UInt8](repeating: 7, count: 32)))
        let id = ObjectID(group: "", kind: "Secret", namespace: "shop", name: "db")
        let secret = Value.secret(Secret("canary"))
        let told = disclosure.of(
            [
                FieldDifference(path: ["data", "list"], old: nil, new: ["a": [secret]]),
                FieldDifference(
                    path: FieldPath([.key("data"), .key("list"), .key("a"), .index(0)]), old: secret, new: nil),
            ], of: id, in: unit("web"))
        let first = try #require(told.first?.new?["a"]?.arrayValue?.first)
        #expect(first == told.last?.old)
    }
}
