// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// Makes a ConfigMap or a Secret from keys and values.
enum ObjectGenerator {
    static func resource(
        _ arguments: GeneratorArguments, pairs: [KeyValueSources.Pair]
    ) throws(KustomizeError) -> Resource {
        var seen: Set<Text> = []
        for pair in pairs where !seen.insert(pair.key).inserted {
            throw KustomizeError(
                arguments.place, "\(arguments.kind.rawValue) \(arguments.name) has the key \(pair.key.quoted) twice",
                advice: "a later file or literal does not replace an earlier one; give each its own key")
        }
        var metadata: Object = ["name": .string(arguments.name)]
        if !arguments.namespace.isEmpty { metadata["namespace"] = .string(arguments.namespace) }
        if !arguments.options.labels.isEmpty { metadata["labels"] = texts(arguments.options.labels) }
        if !arguments.options.annotations.isEmpty { metadata["annotations"] = texts(arguments.options.annotations) }
        var root: Object = [
            "apiVersion": "v1", "kind": .string(arguments.kind.rawValue), "metadata": .object(metadata),
        ]
        fill(&root, arguments, pairs.sorted { $0.key < $1.key })
        if arguments.options.immutable { root["immutable"] = true }
        var resource = Resource(
            .object(root),
            place: ResourcePlace(file: arguments.place.file, line: arguments.place.position?.line ?? 0))
        resource.needsHash = !arguments.options.disablesHash
        resource.behavior = arguments.behavior
        return resource
    }

    private static func texts(_ pairs: [(key: Text, value: Text)]) -> Value {
        .object(Object(uniquePairs: pairs.map { ($0.key, .string($0.value)) }))
    }

    private static func fill(_ root: inout Object, _ arguments: GeneratorArguments, _ pairs: [KeyValueSources.Pair]) {
        var data: [Object.Pair] = []
        var binary: [Object.Pair] = []
        for (key, bytes) in pairs {
            if arguments.kind == .secret {
                data.append((key, .string(Base64.lines(bytes))))
            } else if let text = Text(utf8: bytes) {
                data.append((key, .string(text)))
            } else {
                binary.append((key, .string(Base64.lines(bytes))))
            }
        }
        if arguments.kind == .secret {
            root["type"] = .string(arguments.type.isEmpty ? "Opaque" : arguments.type)
            root["data"] = .object(Object(uniquePairs: data))
        } else {
            if !data.isEmpty { root["data"] = .object(Object(uniquePairs: data)) }
            if !binary.isEmpty { root["binaryData"] = .object(Object(uniquePairs: binary)) }
        }
    }
}

/// Base64 as kustomize writes it: lines of 70 letters when there is more than one.
enum Base64 {
    static func lines(_ bytes: [UInt8]) -> Text {
        let encoded = encode(bytes)
        guard encoded.count >= 70 else { return Text(String(decoding: encoded, as: UTF8.self)) }
        var output: [UInt8] = []
        output.reserveCapacity(encoded.count + encoded.count / 70 + 1)
        for start in stride(from: 0, to: encoded.count, by: 70) {
            output += encoded[start..<min(start + 70, encoded.count)]
            output.append(UInt8(ascii: "\n"))
        }
        return Text(String(decoding: output, as: UTF8.self))
    }

    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    private static func encode(_ bytes: [UInt8]) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity((bytes.count + 2) / 3 * 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let bits = group.reduce(UInt32(0)) { $0 << 8 | UInt32($1) } << UInt32(8 * (3 - group.count))
            for position in 0..<4 {
                let isPadding = position > group.count
                output.append(isPadding ? UInt8(ascii: "=") : alphabet[Int(bits >> UInt32(18 - 6 * position)) & 63])
            }
        }
        return output
    }
}
