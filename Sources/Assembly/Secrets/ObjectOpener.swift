// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Age
import Engine
import Manifest
import Model
import Secrets

/// Opens encrypted objects with the agent's keys. Nothing that it opened is kept.
struct ObjectOpener: SecretResolver {
    private let keys: AgentKeys
    private static let fileLimit = 64 << 20

    init(keys: AgentKeys) { self.keys = keys }

    func open(_ objects: [DesiredObject], from tree: any TreeReader) async throws(ContentError) -> [DesiredObject] {
        var opened = objects
        // Objects of one file share its data key and its authentication code.
        var files: [Text: SealedTexts] = [:]
        let ring = try named("the agent's keys") { () throws(SecretsError) in try keys.ring() }
        for (index, object) in objects.enumerated() {
            switch EncryptedObject(object) {
            case nil: break
            case .manifest:
                let file = ObjectPlaces.Origin(object.origin).file
                var texts = files[file]
                if texts == nil { texts = try await self.texts(of: file, in: tree, ring) }
                files[file] = texts
                guard let texts else { break }
                opened[index] = try named(object.origin) { () throws(SecretsError) in try texts.open(object) }
            case .ageText(let text):
                opened[index].opened = try named(object.origin) { () throws(SecretsError) in
                    try Self.open(age: Array(text.utf8), ring)
                }
            case .source(let encryption, let blob):
                opened[index].opened = try await open(blob, encryption, of: object, in: tree, ring)
            }
        }
        return opened
    }

    private func texts(
        of file: Text, in tree: any TreeReader, _ ring: KeyRing
    ) async throws(ContentError) -> SealedTexts {
        guard let path = TreePath(file) else { throw ContentError("\(file): where this was read from is not known") }
        let bytes = try await read(path, in: tree)
        let format: SOPS.Format = SOPS.Format(ofFile: file) == .json ? .json : .yaml
        return try await named(file) { () async throws(SecretsError) in
            SealedTexts(try await SOPS.decrypt(bytes, format, with: ring).texts())
        }
    }

    private func open(
        _ blob: BlobReference, _ encryption: EncryptedObject.Encryption, of object: DesiredObject,
        in tree: any TreeReader, _ ring: KeyRing
    ) async throws(ContentError) -> Secret<[UInt8]> {
        let bytes = try await read(blob.path, in: tree)
        let name = Text("\(blob.path)")
        return try await named("\(object.origin): \(name)") { () async throws(SecretsError) in
            switch encryption {
            case .age: try Self.open(age: bytes, ring)
            case .sops: try await SOPS.decrypt(bytes, SOPS.Format(ofFile: name), with: ring).bytes()
            }
        }
    }

    private static func open(age file: [UInt8], _ ring: KeyRing) throws(SecretsError) -> Secret<[UInt8]> {
        do throws(AgeError) { return try Age.decrypt(file, with: ring.identities) } catch {
            throw SecretsError(error)
        }
    }

    private func read(_ path: TreePath, in tree: any TreeReader) async throws(ContentError) -> [UInt8] {
        do throws(TreeError) { return try await tree.read(path, limit: Self.fileLimit) } catch {
            throw ContentError(Text("\(error)"))
        }
    }

    private func named<Result>(
        _ name: Text, _ body: () async throws(SecretsError) -> Result
    ) async throws(ContentError) -> Result {
        do throws(SecretsError) { return try await body() } catch { throw failure(error, name) }
    }

    private func named<Result>(
        _ name: Text, _ body: () throws(SecretsError) -> Result
    ) throws(ContentError) -> Result {
        do throws(SecretsError) { return try body() } catch { throw failure(error, name) }
    }

    private func failure(_ error: SecretsError, _ name: Text) -> ContentError {
        // An error about a key file names it already.
        let advice = error.code == .noKey && error.advice == nil ? " (the agent's keys lie in \(keys.folder))" : ""
        return ContentError("\(name): \(Text(error.description))\(Text(advice))")
    }
}

/// The texts of one file of SOPS: what each encrypted one says.
///
/// Values are found by their encrypted text, which is never the same twice. So it does not matter what a renderer did
/// to the object around them.
struct SealedTexts: Sendable {
    private let texts: [Text: Secret<Text>]

    init(_ texts: [Text: Secret<Text>]) { self.texts = texts }

    func open(_ object: DesiredObject) throws(SecretsError) -> DesiredObject {
        var opened = object
        if object.id.group == "host.trimtab.dev" {
            guard object.id.kind == "File", let content = object.spec["content"]?.stringValue,
                let plain = texts[content]
            else {
                throw SecretsError(
                    .unsupported, "of the objects of a host only the content of a File can be encrypted",
                    advice: "encrypt with encrypted_regex: ^(content|data|stringData)$")
            }
            opened.opened = plain.withExposed { Secret(Array($0.utf8)) }
            return opened
        }
        guard var manifest = object.manifest.objectValue else { return object }
        manifest["sops"] = nil
        opened.manifest = try open(.object(manifest))
        return opened
    }

    private func open(_ value: Value) throws(SecretsError) -> Value {
        switch value {
        case .string(let text) where SOPS.isEncryptedValue(text):
            guard let plain = texts[text] else {
                throw SecretsError(.tampered, "an encrypted value does not stand in the file that it is said to be of")
            }
            return .secret(plain)
        case .array(let items):
            var opened: [Value] = []
            for item in items { opened.append(try open(item)) }
            return .array(opened)
        case .object(let object):
            var pairs: [Object.Pair] = []
            for (key, value) in object.pairs { pairs.append((key, try open(value))) }
            return .object(Object(uniquePairs: pairs))
        default: return value
        }
    }
}
