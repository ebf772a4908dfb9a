// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// A file of any bytes: encrypted, it is a JSON object with the whole under `data`.
struct BinaryFile: StructuredFile {
    let documents: [[FileItem]]
    private let sops: Value?
    private static let key: Text = "data"

    /// A plain file.
    init(plain bytes: [UInt8]) {
        documents = [[.leaf(slot: 0, path: [Self.key], .string(bytes))]]
        sops = nil
    }

    init(encrypted bytes: [UInt8]) throws(SecretsError) {
        let json = try JSONFile(bytes)
        guard case .leaf(_, let path, .string)? = json.documents[0].first, path == [Self.key],
            json.documents[0].count == 1
        else { throw SecretsError(.malformed, "an encrypted binary file is a JSON object with \"data\" and \"sops\"") }
        documents = json.documents
        sops = json.metadata()
    }

    func metadata() -> Value? { sops }

    func write(_ replacements: [Int: Replacement], metadata: Value?) throws(SecretsError) -> [UInt8] {
        guard case .leaf(_, _, .string(let bytes))? = documents[0].first else { return [] }
        let data: [UInt8] =
            switch replacements[0] {
            case .plain(let scalar): scalar.bytes
            case .encrypted(let text): Array(text.utf8)
            case .comment, nil: bytes
            }
        guard let metadata else { return data }
        guard let text = Text(utf8: data) else {
            throw SecretsError(.malformed, "a binary file that is not to be encrypted cannot stand in JSON")
        }
        return JSON.write([Self.key: .string(text), SOPSMetadata.key: metadata], style: .pretty)
    }

    func values(_ replacements: [Int: Replacement], hidesTexts: Bool) throws(SecretsError) -> [Value] {
        throw SecretsError(.unsupported, "a binary file holds no objects")
    }
}
