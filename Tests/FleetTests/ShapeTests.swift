// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Fleet
import Manifest
import Testing

private struct Guard: Hashable, Sendable {
    var count: Int64
    var note: Text?
    var mode: Mode
    var labels: [Text]

    enum Mode: String, CaseIterable, Sendable { case heal, observe }

    static let shape = Shape.object(
        Field.required("count", .integer(in: 0...10), "How many."),
        Field.optional("note", .text),
        Field.optional("mode", .choice(), default: Mode.heal),
        Field.optional("labels", .oneOrMore(of: .text), default: [])
    ) { Guard(count: $0, note: $1, mode: $2, labels: $3) }
}

@Suite struct ShapeTests {
    private func errors(_ value: Value, at path: FieldPath = FieldPath()) -> [String] {
        do throws(InvalidFields) {
            _ = try Guard.shape.decode(value, at: path)
            return []
        } catch {
            return error.errors.map(\.description)
        }
    }

    @Test func `a map becomes a value`() throws {
        let value = try Guard.shape.decode(["count": 3, "note": "because", "mode": "observe", "labels": "one"])
        #expect(value == Guard(count: 3, note: "because", mode: .observe, labels: ["one"]))
    }

    @Test func `absent optional fields take their defaults`() throws {
        let value = try Guard.shape.decode(["count": 3])
        #expect(value == Guard(count: 3, note: nil, mode: .heal, labels: []))
    }

    @Test func `all problems are told at once`() {
        let found = errors(["cuont": 3, "mode": "haeal", "labels": [1, "a\nb"], "note": .null])
        #expect(
            found == [
                "unknown field \"cuont\" (did you mean \"count\"?)",
                "note: has no value, must be a line of text (remove the field or give it a value)",
                "mode: \"haeal\" is not one of heal, observe (did you mean \"heal\"?)",
                "labels[0]: must be a line of text, is a number (put it in quotes)",
                "labels[1]: holds a control character",
            ])
    }

    @Test func `one slip is one problem, and other missing fields are told`() {
        #expect(errors(["cuont": 3]) == ["unknown field \"cuont\" (did you mean \"count\"?)"])
        #expect(errors(["colour": 3]).count == 2)
        let either = Shape<[Text?]>.object(
            Field.optional("machine", .text), Field.optional("root", .text)
        ) { [$0, $1] }.exactlyOne(of: ["machine", "root"])
        #expect(throws: InvalidFields.self) { try either.decode([:]) }
        do throws(InvalidFields) {
            _ = try either.decode(["machin": "x"])
            Issue.record("was accepted")
        } catch {
            #expect(error.errors.map(\.reason) == ["unknown field \"machin\""])
        }
    }

    @Test func `a number out of range is refused`() {
        #expect(errors(["count": 11]) == ["count: 11 is not within 0 and 10"])
        #expect(errors(["count": "3"]) == ["count: must be a whole number, is a string"])
    }

    @Test func `names that only look equal are unknown`() {
        #expect(errors(["count": 1, "not\u{65}\u{301}": "x"]).count == 1)
    }

    @Test func `a path that leads nowhere is missing`() {
        #expect(errors(["a": 1], at: FieldPath([.key("spec")])) == ["spec is missing"])
    }

    @Test func `an error carries the place of its field`() {
        let places = Places(
            file: "a.yaml", value: { _ in Position(line: 2, column: 3, offset: 10) },
            key: { path in path.steps.last == .key("extra") ? Position(line: 7, column: 1, offset: 60) : nil })
        do throws(InvalidFields) {
            _ = try Guard.shape.decode(["count": 99, "extra": 1], in: places)
            Issue.record("was accepted")
        } catch {
            #expect(error.errors.map { $0.position?.line } == [7, 2])
            #expect(error.errors.first?.file == "a.yaml")
        }
    }

    @Test func `a choice of keys is enforced`() {
        let shape = Shape<[Text?]>.object(
            Field.optional("branch", .text), Field.optional("tag", .text)
        ) { [$0, $1] }.exactlyOne(of: ["branch", "tag"])
        #expect((try? shape.decode(["branch": "main"])) == ["main", nil])
        #expect((try? shape.decode([:])) == nil)
        #expect((try? shape.decode(["branch": "main", "tag": "v1"])) == nil)
    }

    @Test func `what is quoted in messages is short and clean`() {
        let found = errors(["count": 1, "mode": .string(Text(String(repeating: "x", count: 500) + "\u{1B}[31m"))])
        #expect(found.allSatisfy { $0.utf8.count < 150 && !$0.contains("\u{1B}") })
    }
}
