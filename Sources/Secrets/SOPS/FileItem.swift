// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// What a walk over a file meets, in order. A slot is the number by which the file is told what to write in its place.
enum FileItem: Sendable {
    /// A map or list begins, and ends.
    case enter
    case leave
    /// - Parameter path: the keys that lead to the container it stands in.
    case comment(slot: Int, path: [Text], text: Text)
    case leaf(slot: Int, path: [Text], Scalar)

    var leafPath: [Text]? {
        if case .leaf(_, let path, _) = self { path } else { nil }
    }

    var leafSlot: Int? {
        if case .leaf(let slot, _, _) = self { slot } else { nil }
    }
}

/// What takes the place of a value or comment.
enum Replacement: Sendable, Hashable {
    case plain(Scalar)
    case encrypted(String)
    case comment(Text)
}

/// A file of some format, taken apart so that values can be exchanged.
protocol StructuredFile: Sendable {
    /// Each document's walk. Without what is under `sops`.
    var documents: [[FileItem]] { get }
    /// What is under `sops`; `nil` in a plain file.
    func metadata() throws(SecretsError) -> Value?
    /// The file with values exchanged, and with other metadata or none.
    func write(_ replacements: [Int: Replacement], metadata: Value?) throws(SecretsError) -> [UInt8]
    /// The documents with values exchanged, where the format has maps and lists.
    ///
    /// - Parameter hidesTexts: decrypted texts become secret leaves, and nothing else may have been encrypted.
    func values(_ replacements: [Int: Replacement], hidesTexts: Bool) throws(SecretsError) -> [Value]
}
