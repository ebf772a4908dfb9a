// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Testing

@testable import KubernetesTarget

@Suite struct FieldSetTests {
    private func read(_ json: String) throws -> FieldSet? { FieldSet(fieldsV1: try JSON.read(Array(json.utf8))) }

    private let object: Value = [
        "metadata": ["labels": ["a": "1", "b": "2"]],
        "spec": [
            "replicas": 3, "finalizers": ["x", "y"],
            "ports": [["port": 80, "protocol": "TCP", "name": "web"], ["port": 53, "protocol": "UDP"]],
        ],
    ]

    @Test func `the values at the fields of a set are read, and no others`() throws {
        let set = try #require(
            try read(
                #"""
                {"f:metadata":{"f:labels":{"f:a":{}}},"f:spec":{"f:replicas":{},"f:gone":{},"f:finalizers":{"v:\"x\"":{}},
                "f:ports":{"k:{\"port\":80,\"protocol\":\"TCP\"}":{".":{},"f:name":{}}}}}
                """#))
        let values: Value = [
            "metadata": ["labels": ["a": "1"]],
            "spec": ["finalizers": ["x"], "gone": .null, "ports": [["name": "web"]], "replicas": 3],
        ]
        #expect(set.values(in: object) == values)
    }

    @Test(
        arguments: [
            "{}", #"{".":{}}"#, #"{"f:spec":{}}"#, #"{"f:spec":{".":{}}}"#,
            #"{"f:gone":{"f:x":{}},"f:spec":{"f:gone":{}}}"#,
            #"{"f:spec":{"f:replicas":{},"f:finalizers":{"v:\"x\"":{},"v:\"z\"":{}}},"f:metadata":{"f:labels":{}}}"#,
            #"{"f:spec":{"f:ports":{".":{},"k:{\"port\":80}":{".":{},"f:name":{}},"i:1":{"f:port":{}},"i:7":{}}}}"#,
            #"{"f:spec":{"f:ports":{"k:{\"port\":1}":{},"f:odd":{}}}}"#, #"{"f:a":1}"#, #"{"x:a":{}}"#, "[]",
        ])
    func `read at once, the values are those that the set would give`(json: String) throws {
        let fields = try JSON.read(Array(json.utf8))
        #expect(FieldSet.values(atV1: fields, in: object) == FieldSet(fieldsV1: fields)?.values(in: object))
    }

    @Test func `what a set reaches are its fields, what lies beneath them, and the way to them`() throws {
        let set = try #require(try read(#"{"f:spec":{"f:template":{},"f:ports":{"k:{\"port\":80}":{".":{}}}}}"#))
        #expect(set.reaches([.field("spec"), .field("template"), .field("x")]))
        #expect(set.reaches([.field("spec"), .field("ports"), .item(["port": 80])]))
        #expect(set.reaches([.field("spec")]))
        #expect(!set.reaches([.field("spec"), .field("replicas")]))
        #expect(!set.reaches([.field("spec"), .field("ports"), .item(["port": 81])]))
    }

    @Test(
        arguments: [
            "[]", "1", "null", #"{"f:a":1}"#, #"{"x:a":{}}"#, #"{"a":{}}"#, #"{"k:{":{}}"#, #"{"k:{}":{}}"#,
            #"{"i:x":{}}"#, #"{"i:-1":{}}"#, #"{"v:":{}}"#, #"{"f":{}}"#,
        ])
    func `what is no set is none`(json: String) throws { #expect(try read(json) == nil) }

    @Test func `depth and number of fields have budgets`() throws {
        let deep = String(repeating: #"{"f:a":"#, count: 100) + "{}" + String(repeating: "}", count: 100)
        #expect(try read(deep) == nil)
        let wide = Value.object(
            Object(uniquePairs: (0...FieldSet.fieldLimit).map { ("f:\(Text("\($0)"))", .object(Object())) }))
        #expect(FieldSet(fieldsV1: wide) == nil)
    }

    @Test func `a digest tells a changed value, lost ownership, and nothing else`() throws {
        let key = Secret<[UInt8]>([1])
        func live(_ value: Value, _ fields: Value, status: Value = 1) -> Value {
            [
                "kind": "Deployment", "spec": ["replicas": value, "other": 1], "status": status,
                "metadata": ["managedFields": [["manager": "trimtab", "operation": "Apply", "fieldsV1": fields]]],
            ]
        }
        let fields: Value = ["f:spec": ["f:replicas": [:]]]
        let first = FieldSet.digest(ownedIn: live(3, fields), by: "trimtab", key: key)
        #expect(first != nil)
        #expect(first == FieldSet.digest(ownedIn: live(3, fields, status: 2), by: "trimtab", key: key))
        #expect(first != FieldSet.digest(ownedIn: live(4, fields), by: "trimtab", key: key))
        #expect(first != FieldSet.digest(ownedIn: live(3, ["f:spec": [:]]), by: "trimtab", key: key))
        #expect(FieldSet.digest(ownedIn: live(3, fields), by: "other", key: key) == nil)
    }
}
