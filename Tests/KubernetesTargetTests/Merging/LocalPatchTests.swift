// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import KubernetesClient
import Manifest
import Testing

@testable import KubernetesTarget

@Suite struct LocalPatchTests {
    private let live: Value = [
        "metadata": ["resourceVersion": "5", "labels": ["a/b": "1", "c": "2"]], "spec": ["list": [1, 2, 3]],
    ]

    @Test func `maps are merged, null removes, lists are replaced`() throws {
        let change: Value = ["metadata": ["labels": ["a/b": .null, "d": "3"]], "spec": ["list": [9]]]
        #expect(
            try LocalPatch.apply(.merge(change), to: live, subject: "x") == [
                "metadata": ["resourceVersion": "5", "labels": ["c": "2", "d": "3"]], "spec": ["list": [9]],
            ])
    }

    @Test func `operations go one after the other`() throws {
        let operations: [Value] = [
            ["op": "test", "path": "/metadata/resourceVersion", "value": "5"],
            ["op": "remove", "path": "/spec/list/2"], ["op": "remove", "path": "/metadata/labels/a~1b"],
            ["op": "replace", "path": "/spec/list/0", "value": 7],
        ]
        #expect(
            try LocalPatch.apply(.json(operations), to: live, subject: "x") == [
                "metadata": ["resourceVersion": "5", "labels": ["c": "2"]], "spec": ["list": [7, 2]],
            ])
    }

    private static let unfit: [(Value, KubernetesError.Code)] = [
        (["op": "test", "path": "/metadata/resourceVersion", "value": "4"], .conflict),
        (["op": "remove", "path": "/spec/list/3"], .invalid), (["op": "remove", "path": "/spec/list/-1"], .invalid),
        (["op": "remove", "path": "/spec/none"], .invalid), (["op": "replace", "path": "/none", "value": 1], .invalid),
        (["op": "move", "path": "/spec"], .invalid), (["op": "remove"], .invalid), (1, .invalid),
    ]

    @Test(arguments: unfit)
    func `what does not fit is refused`(operation: Value, code: KubernetesError.Code) {
        let error = #expect(throws: KubernetesError.self) {
            try LocalPatch.apply(.json([operation]), to: live, subject: "x")
        }
        #expect(error?.code == code)
    }

    @Test func `a merge for another version is refused`() {
        let error = #expect(throws: KubernetesError.self) {
            try LocalPatch.apply(.merge(["metadata": ["resourceVersion": "4"]]), to: live, subject: "x")
        }
        #expect(error?.code == .conflict)
    }
}
