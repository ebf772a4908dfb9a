// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model
import TestSupport
import Testing

/// Where a unit's manifests have, or had, secrets.
@Suite struct SecretFieldsTests {
    private let secret = Value.secret(Secret("canary-4711"))

    private func desired(_ manifest: Value, _ name: Text = "a") -> DesiredObject {
        DesiredObject(
            id: object(name), apiVersion: "v1", manifest: manifest, wave: 0, blobs: [], origin: "a.yaml:1",
            digest: manifest.digest())
    }

    private func fields(_ manifest: Value) -> SecretFields { SecretFields(of: [desired(manifest)]) }

    @Test func `fields are found, those of a list once, and objects without secrets have none`() {
        let env: Value = [["name": "x", "value": secret], ["name": "y", "value": secret], ["name": "z"]]
        let found = fields(["data": ["a": secret, "b": "plain"], "env": env, "n": 1])
        let value = FieldPath([.key("env"), .index(0), .key("value")])
        #expect(found.paths == [object("a"): [["data", "a"], value]])
        #expect(fields(["data": ["a": "plain"], "list": [1, "x"]]).isEmpty)
        #expect(fields(secret).paths == [object("a"): [FieldPath()]])
        var file = desired(["spec": ["content": "sealed"]])
        file.opened = Secret(Array("canary-4711".utf8))
        #expect(SecretFields(of: [file]).paths == [object("a"): [["spec", "content"]]])
        var hidden = desired(["data": ["a": secret]])
        hidden.id = ObjectID(group: "", kind: "Secret", namespace: "shop", name: "a")
        #expect(SecretFields(of: [hidden]).isEmpty, "nothing of it is ever shown")
    }

    @Test func `what nobody knows of any more is left out`() {
        let both = SecretFields(of: [desired(["a": secret]), desired(["a": secret], "b")])
        #expect(both.only { $0 == object("b") }.paths == [object("b"): [["a"]]])
    }

    @Test func `a field is touched by what it is, what it lies in and what it holds`() {
        let found = fields(["spec": ["env": [["value": secret]], "image": "x"]])
        func env(_ key: Text) -> FieldPath { FieldPath([.key("spec"), .key("env"), .index(3), .key(key)]) }
        for path in [["spec", "env"], ["spec"], FieldPath(), env("value")] {
            #expect(found.touch(path, of: object("a")))
        }
        #expect(!found.touch(env("name"), of: object("a")))
        for path: FieldPath in [["spec", "image"], ["spec", "en"], ["metadata"]] {
            #expect(!found.touch(path, of: object("a")), "\(path)")
        }
        #expect(!found.touch(["spec", "env"], of: object("b")))
    }

    @Test func `what was a secret once stays one, and of very many the whole object is`() {
        let both = fields(["a": secret]).merging(fields(["b": secret])).merging(fields(["a": secret]))
        #expect(both.paths == [object("a"): [["a"], ["b"]]])
        let keys = (0...SecretFields.pathsPerObject).map { (key: Text("k\($0)"), value: secret) }
        let whole = fields(.object(Object(uniquePairs: keys)))
        #expect(whole.paths == [object("a"): [FieldPath()]])
        #expect(whole.merging(both) == whole, "an object that is one as a whole stays one when some of them go")
    }

    @Test func `they come back as they were kept, and what cannot be read is the whole object`() throws {
        var record = UnitRecord()
        record.secretFields = fields(["data": ["a/b": secret]])
        let kept = try JSON.read(JSON.write(record.value, style: .canonical))
        #expect(UnitRecord(kept) == record)
        let damaged: Value = .object(Object(uniquePairs: [(key: object("a").key, value: [7])]))
        #expect(SecretFields(damaged).paths == [object("a"): [FieldPath()]])
    }

    @Test func `live values in them are withheld, what is to be and the rest is not`() throws {
        let live: [ObjectID: Comparison] = [
            object("a"): .differs(
                [
                    FieldDifference(path: ["data"], old: ["a": "canary-4711", "n": 7], new: ["a": "plain"]),
                    FieldDifference(path: ["spec"], old: "open", new: "shut"),
                ], cause: "somebody"),
            object("b"): .extended([FieldDifference(path: ["data", "a"], old: "theirs", new: nil)], cause: nil),
        ]
        let withheld = live.withholding(fields(["data": ["a": secret]]))
        guard case .differs(let seen, cause: "somebody") = withheld[object("a")] else {
            Issue.record("\(withheld)")
            return
        }
        #expect(seen.count == 2 && seen[1].old == "open" && seen[0].new == ["a": "plain"])
        let text = String(decoding: JSON.write(try #require(seen[0].old)), as: UTF8.self)
        #expect(text == #"{"a":"<secret>","n":"<secret>"}"#)
        #expect(withheld[object("b")] == live[object("b")])
        #expect(live.withholding(SecretFields()) == live)
        let added = live.withholding(SecretFields(of: [desired(["data": secret], "b")]))
        guard case .extended(let theirs, _) = added[object("b")] else {
            Issue.record("\(added)")
            return
        }
        #expect(theirs[0].old?.holdsSecret == true)
    }
}
