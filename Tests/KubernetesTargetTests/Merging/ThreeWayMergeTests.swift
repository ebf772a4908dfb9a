// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Testing

@testable import KubernetesTarget

@Suite struct ThreeWayMergeTests {
    private func yaml(_ text: String) throws -> Value {
        text.isEmpty ? .object(Object()) : try #require(try YAML.read(Array(text.utf8)).first?.value)
    }

    /// By what was declared before, what is declared, and what is live, all without their heads.
    @Test(arguments: [
        // Values: ours win, those of others stay, those that we declared and do no more go.
        ("", "spec: {a: 1}", "spec: {a: 2, b: 3}", "spec: {a: 1, b: 3}"),
        ("spec: {a: 1, b: 1}", "spec: {a: 1}", "spec: {a: 1, b: 1, c: 1}", "spec: {a: 1, c: 1}"),
        ("spec: {a: 1}", "spec: {b: 1}", "spec: {a: 7}", "spec: {b: 1}"),
        ("spec: {a: 1}", "", "spec: {a: 1, b: 2}", "spec: {b: 2}"),
        ("spec: {a: 1}", "", "spec: {a: 1}", ""),
        ("spec: {a: 1}", "spec: {a: 1}", "", "spec: {a: 1}"),
        // Others took it out already.
        ("spec: {a: 1, b: 1}", "spec: {a: 1}", "spec: {a: 1}", "spec: {a: 1}"),
        // Deep maps: only what was ours goes.
        ("spec: {m: {x: 1, y: 1}}", "spec: {m: {x: 1}}", "spec: {m: {x: 1, y: 1, z: 1}}", "spec: {m: {x: 1, z: 1}}"),
        ("spec: {m: {x: 1}}", "spec: {k: 1}", "spec: {m: {x: 1, z: 1}}", "spec: {m: {z: 1}, k: 1}"),
        ("spec: {m: {x: 1}}", "spec: {k: 1}", "spec: {m: {x: 1}}", "spec: {k: 1}"),
        // A map that becomes something else, and the other way.
        ("spec: {m: {x: 1}}", "spec: {m: 5}", "spec: {m: {x: 1, z: 1}}", "spec: {m: 5}"),
        ("spec: {m: 5}", "spec: {m: {x: 1}}", "spec: {m: 5}", "spec: {m: {x: 1}}"),
        // Null says nothing: what is there stays, what was ours goes.
        ("", "spec: {a: null, b: 1}", "spec: {a: 2}", "spec: {a: 2, b: 1}"),
        ("", "spec: {m: {a: null, b: 1}}", "", "spec: {m: {b: 1}}"),
        ("spec: {m: {a: 1}}", "spec: {m: {a: null}}", "spec: {m: {a: 1, b: 1}}", "spec: {m: {b: 1}}"),
        // An empty map declares itself and takes nothing out.
        ("", "spec: {m: {}}", "spec: {m: {x: 1}}", "spec: {m: {x: 1}}"),
        // Lists without known keys are one value.
        ("", "spec: {args: [a, b]}", "spec: {args: [c, d, e]}", "spec: {args: [a, b]}"),
        ("spec: {args: [a]}", "spec: {k: 1}", "spec: {args: [a, b]}", "spec: {k: 1}"),
        ("spec: {args: [a]}", "spec: {args: []}", "spec: {args: [a]}", "spec: {args: []}"),
        // Lists with keys are merged by them: live ones keep their places, new ones follow.
        (
            "", "spec: {containers: [{name: b, image: 2}, {name: c, image: 3}]}",
            "spec: {containers: [{name: a, image: 1}, {name: b, image: 1, tty: true}]}",
            "spec: {containers: [{name: a, image: 1}, {name: b, image: 2, tty: true}, {name: c, image: 3}]}"
        ),
        (
            "spec: {containers: [{name: a, image: 1}, {name: b, image: 1}]}",
            "spec: {containers: [{name: b, image: 1}]}",
            "spec: {containers: [{name: x, image: 9}, {name: a, image: 1}, {name: b, image: 1}]}",
            "spec: {containers: [{name: x, image: 9}, {name: b, image: 1}]}"
        ),
        (
            "spec: {containers: [{name: a, image: 1, tty: true}]}", "spec: {containers: [{name: a, image: 1}]}",
            "spec: {containers: [{name: a, image: 1, tty: true, stdin: true}]}",
            "spec: {containers: [{name: a, image: 1, stdin: true}]}"
        ),
        (
            "spec: {containers: [{name: a}]}", "spec: {k: 1}", "spec: {containers: [{name: a}, {name: x}]}",
            "spec: {containers: [{name: x}], k: 1}"
        ),
        (
            "", "spec: {ports: [{port: 80, protocol: TCP, name: web}]}",
            "spec: {ports: [{port: 80, protocol: UDP}, {port: 80, protocol: TCP, nodePort: 30000}]}",
            "spec: {ports: [{port: 80, protocol: UDP}, {port: 80, protocol: TCP, nodePort: 30000, name: web}]}"
        ),
        // An item without its key makes the list one value.
        ("", "spec: {containers: [{image: 1}]}", "spec: {containers: [{name: a}]}", "spec: {containers: [{image: 1}]}"),
        // Marks: each by itself; finalizers are a set.
        (
            "metadata: {labels: {a: x, b: x}}", "metadata: {labels: {a: x}}",
            "metadata: {name: n, labels: {a: x, b: x, c: x}}", "metadata: {name: n, labels: {a: x, c: x}}"
        ),
        (
            "metadata: {labels: {a: x}}", "", "metadata: {name: n, labels: {a: x}}", "metadata: {name: n}"
        ),
        (
            "metadata: {finalizers: [ours]}", "metadata: {finalizers: [new]}",
            "metadata: {finalizers: [theirs, ours]}", "metadata: {finalizers: [theirs, new]}"
        ),
        // Who an object is, and what only the server writes, is none of the manifest's.
        (
            "", "{metadata: {name: other, uid: u, resourceVersion: '1'}, status: {ready: true}}",
            "{metadata: {name: n, uid: v, resourceVersion: '9'}, status: {ready: false}}",
            "{metadata: {name: n, uid: v, resourceVersion: '9'}, status: {ready: false}}"
        ),
    ])
    func `three sides make one`(before: String, desired: String, live: String, merged: String) throws {
        let fields = before.isEmpty ? nil : FieldSet(declaredIn: try yaml(before))
        var wanted = try yaml(merged)
        if wanted["metadata"] == nil, case .object(var object) = wanted {
            object["metadata"] = .object(Object())
            wanted = .object(object)
        }
        let result = ThreeWayMerge.merge(try yaml(desired), into: try yaml(live), before: fields)
        #expect(sorted(result) == sorted(wanted))
        // Once more changes nothing.
        let again = ThreeWayMerge.merge(
            try yaml(desired), into: result, before: FieldSet(declaredIn: try yaml(desired)))
        #expect(again == result)
    }

    /// Maps say nothing by the order of their keys.
    private func sorted(_ value: Value) -> Value {
        switch value {
        case .object(let object):
            .object(
                Object(uniquePairs: object.pairs.sorted { $0.key < $1.key }.map { ($0.key, sorted($0.value)) }))
        case .array(let items): .array(items.map(sorted))
        default: value
        }
    }

    @Test(arguments: [
        ("spec: {a: 1, m: {x: 1}, e: {}, l: [1]}", #"{"f:spec":{"f:a":{},"f:e":{},"f:l":{},"f:m":{"f:x":{}}}}"#),
        (
            "spec: {containers: [{name: a, image: b}]}",
            #"{"f:spec":{"f:containers":{"k:{\"name\":\"a\"}":{".":{},"f:image":{},"f:name":{}}}}}"#
        ),
        (
            "{apiVersion: v1, kind: K, metadata: {name: n, labels: {a: b}, finalizers: [f]}, status: {x: 1}}",
            #"{"f:metadata":{"f:finalizers":{"v:\"f\"":{".":{}}},"f:labels":{"f:a":{}}}}"#
        ),
        ("{a: null}", "{}"),
    ])
    func `what is declared is noted as servers note it`(manifest: String, fields: String) throws {
        let set = FieldSet(declaredIn: try yaml(manifest))
        let text = String(decoding: JSON.write(set.fieldsV1, style: .canonical), as: UTF8.self)
        #expect(text == fields.replacing(#"{".":{}}}"#, with: "{}}"))
        #expect(FieldSet(fieldsV1: set.fieldsV1) == set)
    }
}
