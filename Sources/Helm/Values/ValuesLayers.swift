// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model

/// The values of a release: layers laid over each other as Helm does with its `--values`.
struct ValuesLayers {
    /// Bytes of one file. Helm takes a multiple of it in memory.
    static let fileLimit = 8 << 20

    private var merged = Object()
    /// Secret leaves that were put in, to keep them out of messages.
    private(set) var secrets: [Secret<Text>] = []

    /// Maps are merged key by key; anything else replaces what was there. A null stays, for Helm removes the chart's own
    /// default by it.
    mutating func add(_ layer: Value, from origin: Text, at position: Position? = nil) throws(HelmError) {
        guard layer != .null else { return }
        guard let object = layer.objectValue else {
            throw .reading(
                ReadingError(file: origin, position: position, reason: "values must be a map, not \(layer.kindInWords)")
            )
        }
        Self.merge(exposed(object), into: &merged)
    }

    /// Reads a file of the source and adds it.
    mutating func add(_ file: TreePath, in tree: any TreeReader) async throws(HelmError) {
        let bytes: [UInt8]
        do throws(TreeError) { bytes = try await tree.read(file, limit: Self.fileLimit) } catch { throw .tree(error) }
        let documents: [YAML.Document]
        do throws(ReadingError) {
            documents = try YAML.read(bytes, file: Text(file.description))
        } catch {
            throw .reading(error)
        }
        guard documents.count <= 1 else {
            throw .reading(
                ReadingError(
                    file: Text(file.description), position: documents[1].position(of: FieldPath()),
                    reason: "a second document; Helm reads one"))
        }
        guard let document = documents.first else { return }
        try add(Self.withoutMetadata(document.value), from: document.file, at: document.position(of: FieldPath()))
    }

    /// What SOPS says of a file is none of its values.
    private static func withoutMetadata(_ value: Value) -> Value {
        guard value["sops"]?["mac"] != nil, var object = value.objectValue else { return value }
        object["sops"] = nil
        return .object(object)
    }

    /// The text for `--values -`. Secrets are in it.
    var json: [UInt8] { JSON.write(.object(merged)) }

    private mutating func exposed(_ object: Object) -> Object {
        var pairs: [Object.Pair] = []
        for (key, value) in object.pairs { pairs.append((key, exposed(value))) }
        return Object(uniquePairs: pairs)
    }

    private mutating func exposed(_ value: Value) -> Value {
        switch value {
        case .secret(let secret):
            secrets.append(secret)
            return secret.withExposed { .string($0) }
        case .object(let object): return .object(exposed(object))
        case .array(let items):
            var list: [Value] = []
            for item in items { list.append(exposed(item)) }
            return .array(list)
        default: return value
        }
    }

    private static func merge(_ layer: Object, into base: inout Object) {
        for (key, value) in layer.pairs {
            if case .object(let over) = value, case .object(var under)? = base[key] {
                merge(over, into: &under)
                base[key] = .object(under)
            } else {
                base[key] = value
            }
        }
    }
}
