// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
import Model

/// Inputs of renderers that are files of SOPS: values of Helm, what generators read.
///
/// They are rendered as they are, so that a render is the same with keys and without, and nothing plain is in it. What of
/// them stands in an object is opened when the object is; for that the object says in which files to look.
package enum EncryptedInputs {
    /// Of a rendered object: paths of files.
    package static let field: Text = "encryptedInputs"

    package static let mark = Array("ENC[AES256_GCM,data:".utf8)
    /// How the metadata begin that a file of SOPS has, in each of its formats.
    private static let metadata = ["\nsops:", "\"sops\":", "\nsops_", "\n[sops]"].map { Array($0.utf8) }
    private static let limit = 8 << 20

    package static func isWhole(_ bytes: [UInt8]) -> Bool {
        bytes.firstRange(of: mark) != nil && metadata.contains { bytes.firstRange(of: $0) != nil }
    }

    /// Whether some text holds something encrypted, as it is or in base64 as a Secret has it.
    static func isPresent(in manifest: Value) -> Bool {
        // A manifest that is a file of SOPS itself says so.
        guard manifest["sops"]?.objectValue == nil, manifest["kind"]?.stringValue != nil else { return false }
        let isSecret = manifest["kind"] == "Secret"
        return (manifest.objectValue?.pairs ?? []).contains { key, value in
            holds(value, base64: isSecret && key == "data")
        }
    }

    private static func holds(_ value: Value, base64: Bool) -> Bool {
        switch value {
        case .string(let text): isIn(text, base64: base64)
        case .array(let items): items.contains { holds($0, base64: base64) }
        case .object(let object): object.pairs.contains { holds($0.value, base64: base64) }
        case .null, .bool, .number, .secret: false
        }
    }

    /// - Parameter base64: the text is read as that, too.
    package static func isIn(_ text: Text, base64: Bool) -> Bool {
        if text.withBytes(holdsMark) { return true }
        guard base64, let bytes = Base64.decode(text.utf8.filter { $0 > 0x20 }) else { return false }
        return bytes.firstRange(of: mark) != nil
    }

    /// Asked of every text of every render, so it looks at the bytes where they lie.
    private static func holdsMark(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        var index = 0
        while index + mark.count <= bytes.count {
            if bytes[index] == mark[0], bytes[index..<(index + mark.count)].elementsEqual(mark) { return true }
            index += 1
        }
        return false
    }

    /// Notes in objects which files to look in.
    ///
    /// - Parameter remotes: what was read in other repositories, by address. What is encrypted there cannot be opened.
    static func note(
        in objects: inout [DesiredObject], read trace: Trace, of tree: any TreeReader,
        beside remotes: [Text: any TreeReader]
    ) async throws(RenderError) {
        let indices = objects.indices.filter { isPresent(in: objects[$0].manifest) }
        guard !indices.isEmpty else { return }
        for (address, remote) in trace.remotes.sorted(by: { $0.key < $1.key }) {
            guard let tree = remotes[address], let file = try await files(remote.trace, of: tree).first else {
                continue
            }
            throw .reading(
                ReadingError(
                    file: address, reason: "\(file) is encrypted, and lies in another repository than its unit",
                    advice: "what is encrypted is opened only from a unit's own source: move it there"))
        }
        let files = try await files(trace, of: tree)
        guard !files.isEmpty else { return }
        for index in indices {
            guard case .object(var manifest) = objects[index].manifest else { continue }
            manifest[field] = .array(files.map { .string(Text("\($0)")) })
            objects[index].manifest = .object(manifest)
            objects[index].seal()
        }
    }

    /// The files of SOPS among those that were read, in order.
    private static func files(_ trace: Trace, of tree: any TreeReader) async throws(RenderError) -> [TreePath] {
        var files: [TreePath] = []
        for (path, finding) in trace.findings {
            guard case .content = finding else { continue }
            do throws(TreeError) {
                if isWhole(try await tree.read(path, limit: limit)) { files.append(path) }
            } catch {
                // Too large for SOPS; anything else would leave what is encrypted as it is.
                if case .tooLarge = error { continue }
                throw .tree(error)
            }
        }
        return files.sorted()
    }
}
