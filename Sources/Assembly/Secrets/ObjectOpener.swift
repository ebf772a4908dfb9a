// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Age
import Engine
import Fleet
import Manifest
import Model
import Rendering
import Secrets

/// Opens encrypted objects with the agent's keys, and fills in what lies in stores. Nothing that it opened is kept.
struct ObjectOpener: SecretResolver {
    private let keys: AgentKeys
    let stores: StoreDesk
    let fingerprints: SecretFingerprints
    private static let fileLimit = 64 << 20

    init(keys: AgentKeys, stores: StoreDesk, fingerprints: SecretFingerprints) {
        self.keys = keys
        self.stores = stores
        self.fingerprints = fingerprints
    }

    func concerns(_ object: DesiredObject) -> Bool {
        EncryptedObject.isPresent(object) || object.manifest[SecretMapping.field] != nil
            || object.manifest[EncryptedInputs.field] != nil
    }

    func open(_ objects: [DesiredObject], for reader: SecretReader) async throws(ContentError) -> OpenedObjects {
        var opened = OpenedObjects(objects: objects, accesses: [])
        // Objects of one file share its data key and its authentication code.
        var files: [Text: SealedTexts] = [:]
        let ring = try named("the agent's keys", reader) { () throws(SecretsError) in
            try keys.ring(for: reader.project)
        }
        for (index, object) in objects.enumerated() {
            switch EncryptedObject(object) {
            case nil: break
            case .manifest:
                let file = ObjectOrigin(object.origin).file
                var texts = files[file]
                if texts == nil { texts = try await self.texts(of: file, for: reader, ring) }
                files[file] = texts
                guard let texts else { break }
                opened.objects[index] = try named(object.origin, reader) { () throws(SecretsError) in
                    try texts.open(object)
                }
                opened.note(texts.access(of: object))
            case .ageText(let text):
                let file = ObjectOrigin(object.origin).file
                let bytes = Array(text.utf8)
                opened.objects[index].opened = try named(object.origin, reader) { () throws(SecretsError) in
                    try Self.open(age: bytes, ring)
                }
                opened.note(SecretAccess(file: file, keys: ["spec.content"], encrypted: bytes))
            case .source(let encryption, let blob):
                let bytes = try await read(blob, from: reader.blobs)
                opened.objects[index].opened = try await open(bytes, blob, encryption, of: object, for: reader, ring)
                opened.note(
                    SecretAccess(
                        file: Text("\(blob.path)"), keys: [], encrypted: bytes,
                        recipients: encryption == .sops ? SOPS.recipients(in: bytes, ofFile: Text("\(blob.path)")) : [])
                )
            }
            if let names = object.manifest[EncryptedInputs.field]?.textsValue {
                var inputs: [Text: Secret<Text>] = [:]
                for name in names {
                    if files[name] == nil { files[name] = try await self.texts(of: name, for: reader, ring) }
                    guard let texts = files[name] else { continue }
                    inputs.merge(texts.texts) { first, _ in first }
                    opened.note(texts.access)
                }
                let sealed = SealedInputs(texts: inputs, ring: ring)
                opened.objects[index] = try await named(object.origin, reader) { () async throws(SecretsError) in
                    try await sealed.open(object)
                }
            }
            if object.manifest[SecretMapping.field] != nil {
                try await fill(&opened, at: index, for: reader)
            }
        }
        opened.accesses.sort { $0.place < $1.place }
        return opened
    }

    private func texts(
        of file: Text, for reader: SecretReader, _ ring: KeyRing
    ) async throws(ContentError) -> SealedTexts {
        guard let path = TreePath(file) else { throw ContentError("\(file): where this was read from is not known") }
        let bytes = try await read(path, in: reader.tree)
        // A manifest may have any name.
        let byName = SOPS.Format(ofFile: file)
        let isJSON = bytes.first == UInt8(ascii: "{")
        let format = byName != .binary ? byName : isJSON ? .json : .yaml
        return try await named(file, reader) { () async throws(SecretsError) in
            SealedTexts(
                try await SOPS.decrypt(bytes, format, with: ring).texts(), of: file, bytes,
                to: SOPS.recipients(in: bytes, ofFile: file))
        }
    }

    private func open(
        _ bytes: [UInt8], _ blob: BlobReference, _ encryption: EncryptedObject.Encryption, of object: DesiredObject,
        for reader: SecretReader, _ ring: KeyRing
    ) async throws(ContentError) -> Secret<[UInt8]> {
        let name = Text("\(blob.path)")
        return try await named("\(object.origin): \(name)", reader) { () async throws(SecretsError) in
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

    /// What was rendered, whatever lies at its path by now.
    private func read(_ blob: BlobReference, from blobs: any BlobReader) async throws(ContentError) -> [UInt8] {
        guard blob.size <= Self.fileLimit else {
            let error = TreeError.tooLarge(blob.path, bytes: blob.size, limit: Int64(Self.fileLimit))
            throw ContentError(Text("\(error)"))
        }
        var bytes: [UInt8] = []
        do { try await blobs.stream(blob) { bytes += $0 } } catch { throw ContentError(Text("\(error)")) }
        return bytes
    }

    private func named<Result>(
        _ name: Text, _ reader: SecretReader, _ body: () async throws(SecretsError) -> Result
    ) async throws(ContentError) -> Result {
        do throws(SecretsError) { return try await body() } catch { throw failure(error, name, reader) }
    }

    private func named<Result>(
        _ name: Text, _ reader: SecretReader, _ body: () throws(SecretsError) -> Result
    ) throws(ContentError) -> Result {
        do throws(SecretsError) { return try body() } catch { throw failure(error, name, reader) }
    }

    private func failure(_ error: SecretsError, _ name: Text, _ reader: SecretReader) -> ContentError {
        // An error about a key file names it already.
        let isOfKeys = error.code == .noKey && error.advice == nil
        let own = keys.ownFolder(of: reader.project)
        let places = "the keys that project \(reader.project) may use lie in \(keys.folder) and \(own)"
        let advice = isOfKeys ? " (\(places))" : ""
        return ContentError("\(name): \(Text(error.description))\(Text(advice))", isPassing: error.code == .away)
    }
}

/// The texts of one file of SOPS: what each encrypted one says.
///
/// Values are found by their encrypted text, which is never the same twice. So it does not matter what a renderer did
/// to the object around them.
struct SealedTexts: Sendable {
    let texts: [Text: Secret<Text>]
    private let file: Text
    private let version: Text
    private let recipients: [Text]

    init(_ texts: [Text: Secret<Text>], of file: Text, _ bytes: [UInt8], to recipients: [Text]) {
        self.texts = texts
        self.file = file
        self.recipients = recipients
        version = SecretAccess.version(ofEncrypted: bytes)
    }

    /// That something of the file is read, wherever it went.
    var access: SecretAccess {
        SecretAccess(
            place: "\(SecretAccess.filePrefix)\(file)", keys: [], version: version, recipients: recipients)
    }

    /// What an object has of the file.
    func access(of object: DesiredObject) -> SecretAccess {
        var keys: [Text] = []
        Self.collect(object.manifest, at: FieldPath(), into: &keys)
        return SecretAccess(
            place: "\(SecretAccess.filePrefix)\(file)", keys: keys.sorted(), version: version, recipients: recipients)
    }

    private static func collect(_ value: Value, at path: FieldPath, into keys: inout [Text]) {
        switch value {
        case .string(let text) where SOPS.isEncryptedValue(text): keys.append(Text(path.description))
        case .array(let items):
            for (index, item) in items.enumerated() { collect(item, at: path.appending(index), into: &keys) }
        case .object(let object):
            for (key, value) in object.pairs where !path.isEmpty || key != "sops" {
                collect(value, at: path.appending(key), into: &keys)
            }
        default: break
        }
    }

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
