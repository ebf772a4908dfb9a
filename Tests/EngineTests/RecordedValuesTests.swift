// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Engine
import Fleet
import Manifest
import Model
import TestSupport
import Testing

/// What the journal keeps of fields before and after.
@Suite struct RecordedValuesTests {
    private func change(_ name: Text, _ fields: [FieldDifference], _ action: Change.Action = .update) -> Change {
        Change(object: object(name), action: action, wave: 0, fields: fields)
    }

    private func replicas(_ old: Int64, _ new: Int64) -> FieldDifference {
        FieldDifference(path: ["spec", "replicas"], old: .number(Number(old)), new: .number(Number(new)))
    }

    private let draft = EventDraft(kind: .planned, payload: ["plan": "x"])

    /// Through the bytes that are stored.
    private func kept(_ changes: [Change]) throws -> RecordedValues {
        let payload = RecordedValues(of: changes, hidesOld: false).beside(draft).payload
        #expect(payload["plan"] == "x")
        return RecordedValues(in: try JSON.read(JSON.write(payload, style: .canonical)))
    }

    @Test func `a plan says what fields were and what they are to be`() async throws {
        let world = World(["a": 1, "b": 2])
        await world.run()
        #expect(world.events.allSatisfy { $0.payload["values"] == nil }, "what is made was nothing before")
        world.commit(["a": 7, "b": 2])
        await world.run()
        let planned = try #require(world.events.last { $0.kind == .planned })
        let fields = RecordedValues(in: planned.payload).objects[object("a")]
        #expect(fields == [RecordedValues.Field(FieldDifference(path: FieldPath(), old: 1, new: 7))])
        #expect(planned.payload(as: Planned.self)?.changes[.update] == [object("a"): [""]], "as it always was")
    }

    @Test func `drift says what was found, and the record of a unit does not hold it`() async throws {
        let world = World(["a": 1])
        await world.run()
        world.target.edit(object("a"), 7)
        await world.run(.drift("a"))
        let drifted = try #require(world.events.last { $0.kind == .drifted })
        let fields = RecordedValues(in: drifted.payload).objects[object("a")]
        #expect(fields == [RecordedValues.Field(FieldDifference(path: FieldPath(), old: 7, new: 1))])
        let told = try #require(drifted.payload(as: Drifted.self))
        #expect(told.value["values"] == nil && told.objects == [object("a"): [""]])
    }

    @Test func `all kinds of values and places come back`() throws {
        let fields = [
            replicas(1, 2), FieldDifference(path: ["a", "b.c/d"], old: nil, new: .null),
            FieldDifference(path: FieldPath([.key("list"), .index(3)]), old: ["x": [true]], new: [:]),
            FieldDifference(path: FieldPath(), old: "é\u{301}\n", new: ""),
        ]
        let values = try kept([change("a", fields), change("b", [replicas(2, 3)])])
        #expect(values.objects[object("a")] == fields.map { RecordedValues.Field($0) })
        #expect(values.objects[object("b")]?.count == 1 && values.cut == 0)
    }

    @Test func `a secret never gets there, however deep it sits`() throws {
        let canary = Value.secret(Secret("canary-4711"))
        let long = Value.array((0..<400).map { .string(Text("item \($0)")) } + [canary])
        let fields = [
            FieldDifference(path: ["data", "a"], old: canary, new: canary),
            FieldDifference(path: ["data"], old: ["a": [["b": canary]]], new: nil),
            FieldDifference(path: ["long"], old: long, new: canary),
        ]
        let payload = RecordedValues(of: [change("a", fields)], hidesOld: false).beside(draft).payload
        let text = String(decoding: JSON.write(payload), as: UTF8.self)
        #expect(!text.contains("canary") && text.contains("<secret>"))
        #expect(RecordedValues(in: payload).objects[object("a")]?.first?.difference.old == "<secret>")
    }

    @Test func `where one side is secret the other is not kept either`() throws {
        let canary: Value = "canary-4711"
        let secret = Value.secret(Secret("canary-4711"))
        let fields = [
            FieldDifference(path: ["env", "value"], old: secret, new: canary),
            FieldDifference(path: ["env"], old: ["value": canary], new: ["value": secret]),
        ]
        let payload = RecordedValues(of: [change("a", fields)], hidesOld: false).beside(draft).payload
        #expect(!String(decoding: JSON.write(payload), as: UTF8.self).contains("canary"))
    }

    @Test func `of what somebody else put there only that it was there is kept, unless it is a single value`() throws {
        let fields = [
            FieldDifference(path: ["env"], old: [["name": "TOKEN", "value": "canary-4711"]], new: nil),
            FieldDifference(path: ["paused"], old: true, new: nil),
        ]
        let kept = try #require(try kept([change("a", fields)]).objects[object("a")])
        #expect(kept.map(\.difference.old) == ["<not kept>", true] && kept.map(\.isCut) == [true, false])
    }

    @Test func `of a unit that was ever given secrets, what was there before is not kept`() async throws {
        let world = World(["a": 1])
        world.rotate("a", to: 10, version: "1")
        await world.run()
        // What was a secret is none any more: no manifest says that the old value was one.
        world.commit(["a": 7])
        await world.run()
        #expect(world.record.secrets.isEmpty && world.record.hadSecrets)
        let planned = try #require(world.events.last { $0.kind == .planned })
        let field = try #require(RecordedValues(in: planned.payload).objects[object("a")]?.first)
        #expect(field.difference.old == "<not kept>" && field.difference.new == 7)
        // Nor later.
        world.target.edit(object("a"), 10)
        await world.run(.drift("a"))
        let drifted = try #require(world.events.last { $0.kind == .drifted })
        #expect(RecordedValues(in: drifted.payload).objects[object("a")]?.first?.difference.old == "<not kept>")
    }

    @Test func `of one long line what differs is kept, with a few words before it`() throws {
        let start = String(repeating: "é", count: 3000)
        let field = FieldDifference(
            path: ["data", "a"], old: .string(Text(start + "one" + start)), new: .string(Text(start + "two" + start)))
        let kept = try #require(try kept([change("a", [field])]).objects[object("a")]?.first)
        let texts = [kept.difference.old, kept.difference.new].compactMap { $0?.stringValue?.string }
        #expect(texts.count == 2 && texts.allSatisfy { $0.hasPrefix("…é") && $0.hasSuffix("…") })
        #expect(texts.first?.contains("éoneé") == true && texts.last?.contains("étwoé") == true)
    }

    @Test func `what is made, deleted and kept has no values`() throws {
        for action in Change.Action.allCases where action != .update {
            let changes = [change("a", [replicas(1, 2)], action)]
            #expect(RecordedValues(of: changes, hidesOld: false) == RecordedValues())
            #expect(RecordedValues(of: changes, hidesOld: false).beside(draft) == draft)
        }
    }

    @Test func `an event has a budget, and says how much was left out`() throws {
        let long = Value.string(Text(String(repeating: "a", count: 200)))
        let changes = (0..<500).map { number in
            change(
                Text("o\(number)"),
                [FieldDifference(path: ["spec", "text"], old: long, new: "b")])
        }
        let values = RecordedValues(of: changes, hidesOld: false)
        #expect(JSON.write(values.beside(draft).payload).count < RecordedValues.bytes + 8 << 10)
        #expect(values.objects.count > 30 && values.objects.count + values.cut == 500)
        #expect(try kept(changes) == values)
    }

    @Test func `of a long text the lines that differ are kept, and of a long value its beginning`() throws {
        let lines = (0..<500).map { "line \($0)\n" }
        var other = lines
        other[250] = "another\n"
        let fields = [
            FieldDifference(
                path: ["content"], old: .string(Text(lines.joined())), new: .string(Text(other.joined()))),
            FieldDifference(path: ["words"], old: .string(Text(String(repeating: "é", count: 5000))), new: nil),
            FieldDifference(path: ["list"], old: nil, new: .array((0..<900).map { .number(Number(Int64($0))) })),
        ]
        let values = try kept([change("a", fields)])
        let found = try #require(values.objects[object("a")])
        #expect(found[0].difference.old == "line 250" && found[0].difference.new == "another")
        #expect(found[1].difference.old?.stringValue?.string.hasSuffix("é…") == true)
        #expect(found[2].difference.new?.stringValue?.string.hasPrefix("[0,1,2") == true)
        #expect(found.allSatisfy(\.isCut) && values.cut == 3)
        #expect(found.allSatisfy { JSON.write($0.difference.old ?? .null).count <= 1100 })
    }

    @Test func `a value that is deeper than a payload may be is kept as text`() throws {
        let deep = (0..<100).reduce(Value.bool(true)) { inner, _ in .array([inner]) }
        let field = try #require(
            try kept([change("a", [FieldDifference(path: ["x"], old: deep, new: 1)])]).objects[object("a")]?.first)
        #expect(field.difference.old?.stringValue != nil && field.difference.new == 1 && field.isCut)
    }

    @Test(
        arguments: [
            ["plan": "x", "update": ["/ConfigMap/shop/a": ["spec.replicas"]]], ["values": 7],
            ["values": ["format": 99]],
            ["values": ["format": 1, "objects": ["nonsense": [["path": 7]]], "cut": -99_999_999_999_999_999]],
        ] as [Value])
    func `older events, and those of formats that are not known, have none`(payload: Value) {
        #expect(RecordedValues(in: payload).objects.isEmpty)
    }
}
