// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// A JSON object. All its numbers are floats to SOPS.
struct JSONFile: StructuredFile {
    let documents: [[FileItem]]
    private let root: Value

    init(_ bytes: [UInt8]) throws(SecretsError) {
        do throws(ReadingError) {
            root = try JSON.read(bytes)
        } catch {
            throw SecretsError(error)
        }
        guard root.objectValue != nil else {
            throw SecretsError(.unsupported, "only a map can be encrypted, and this JSON is \(root.kindInWords)")
        }
        documents = [try Self.items(root)]
    }

    func metadata() -> Value? { root[SOPSMetadata.key] }

    func write(_ replacements: [Int: Replacement], metadata: Value?) throws(SecretsError) -> [UInt8] {
        guard var object = try values(replacements, hidesTexts: false)[0].objectValue else { return [] }
        if let metadata { object[SOPSMetadata.key] = metadata }
        return JSON.write(.object(object), style: .pretty)
    }

    func values(_ replacements: [Int: Replacement], hidesTexts: Bool) throws(SecretsError) -> [Value] {
        var walk = TreeWalk()
        return [
            try walk.map(root) { slot, _, value throws(SecretsError) in
                try replacements[slot]?.value(hidesTexts: hidesTexts) ?? value
            }
        ]
    }

    /// Comments there are none, so maps and lists need no marks.
    private static func items(_ root: Value) throws(SecretsError) -> [FileItem] {
        var items: [FileItem] = []
        var walk = TreeWalk()
        _ = try walk.map(root) { slot, path, value throws(SecretsError) in
            let scalar: Scalar =
                switch value {
                case .bool(let bool): .bool(bool)
                case .number(let number): try number.float(at: path)
                case .string(let text): .string(Array(text.utf8))
                case .null, .array, .object, .secret: .string([])
                }
            items.append(.leaf(slot: slot, path: path, scalar))
            return value
        }
        return items
    }
}
