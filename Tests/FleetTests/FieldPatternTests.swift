// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Fleet
import Manifest
import Testing

@Suite struct FieldPatternTests {
    private let deployment: Value = [
        "metadata": ["annotations": ["a.b/c": "x", "d": "y"]],
        "spec": [
            "replicas": 2, "containers": [["name": "web", "image": "a"], ["name": "side", "image": "b"]],
            "ports": [["port": 80], ["port": 443]],
        ],
    ]

    @Test(
        arguments: [
            ("spec.replicas", ["spec", "replicas"]), ("spec", ["spec", "replicas"]),
            ("metadata.annotations[\"a.b/c\"]", ["metadata", "annotations", "a.b/c"]),
            ("spec.containers[name=side].image", ["spec", "containers", 1, "image"]),
            ("spec.containers[*].image", ["spec", "containers", 0, "image"]),
            ("spec.ports[port=443]", ["spec", "ports", 1, "nodePort"]), ("spec.ports[0]", ["spec", "ports", 0]),
            ("*.annotations", ["metadata", "annotations", "d"]),
        ] as [(Text, Value)])
    func `covers`(pattern: Text, path: Value) {
        #expect(FieldPattern(pattern)?.covers(fieldPath(path), in: deployment) == true)
    }

    @Test(
        arguments: [
            ("spec.replicas", ["spec"]), ("spec.replica", ["spec", "replicas"]),
            ("metadata.annotations.a", ["metadata", "annotations", "a.b/c"]),
            ("spec.containers[name=side].image", ["spec", "containers", 0, "image"]),
            ("spec.ports[1]", ["spec", "ports", 0]), ("spec.containers[name=side]", ["spec", "containers", 9]),
        ] as [(Text, Value)])
    func `does not cover`(pattern: Text, path: Value) {
        #expect(FieldPattern(pattern)?.covers(fieldPath(path), in: deployment) == false)
    }

    @Test(
        arguments: [
            "", ".a", "a.", "a..b", "a[", "a[]", "a[name", "a[\"b]", "a[\"\"]", "a[=x]", "a]b[", "a[0]b", "a[-1]",
            "a[9999999999]", "[",
        ] as [Text])
    func `is no pattern`(text: Text) {
        // What closes nothing is a part of a name.
        #expect(FieldPattern(text) == nil)
    }

    private func fieldPath(_ steps: Value) -> FieldPath {
        FieldPath((steps.arrayValue ?? []).map { $0.stringValue.map { .key($0) } ?? .index(Int($0.intValue ?? 0)) })
    }
}
