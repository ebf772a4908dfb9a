// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Testing

@Suite struct RoundTripTests {
    @Test(arguments: 0..<24)
    func `what is written is read again`(seed: Int) throws {
        var values = RandomValues(seed: UInt64(seed))
        for round in 0..<60 {
            let value = values.value()
            for style in [JSON.Style.compact, .pretty, .canonical] {
                let json = JSON.write(value, style: style)
                #expect(try JSON.read(json) == value, "round \(round): \(String(decoding: json, as: UTF8.self))")
            }
            for keys in [YAML.KeyOrder.given, .sorted] {
                let yaml = YAML.write(value, keys: keys)
                let text = String(decoding: yaml, as: UTF8.self)
                let documents = try #require(try? YAML.read(yaml, tracking: .comments), "round \(round): \(text)")
                #expect(documents.map(\.value) == [value], "round \(round): \(text)")
                #expect(documents.first?.comments == [], "round \(round): \(text)")
                #expect(YAML.write(documents[0].value, keys: keys) == yaml, "the bytes are stable")
            }
        }
    }

    @Test func `a stream of documents is read again`() throws {
        var values = RandomValues(seed: 7)
        let documents = (0..<200).map { _ in values.value() }
        #expect(try YAML.read(YAML.write(documents: documents)).map(\.value) == documents)
    }

    @Test(arguments: 0..<8)
    func `spans lead to what stands there`(seed: Int) throws {
        var values = RandomValues(seed: UInt64(1000 + seed))
        for _ in 0..<40 {
            let value = values.value()
            let yaml = YAML.write(value)
            let document = try #require(try YAML.read(yaml).first)
            for (path, leaf) in Self.leaves(of: value) {
                let span = try #require(document.span(of: path), "\(path)")
                // Apart from blocks and tagged numbers, the bytes of a leaf are a document of their own.
                if yaml[span].first == UInt8(ascii: "|") || leaf.numberValue?.double.isFinite == false { continue }
                let alone = try YAML.read(Array(yaml[span])).first?.value
                #expect(alone == leaf, "\(path) in \(String(decoding: yaml, as: UTF8.self))")
            }
        }
    }

    private static func leaves(of value: Value, at path: FieldPath = FieldPath()) -> [(FieldPath, Value)] {
        switch value {
        case .array(let items) where !items.isEmpty:
            items.enumerated().flatMap { leaves(of: $1, at: path.appending($0)) }
        case .object(let object) where !object.isEmpty:
            object.pairs.flatMap { leaves(of: $0.value, at: path.appending($0.key)) }
        default: [(path, value)]
        }
    }
}
