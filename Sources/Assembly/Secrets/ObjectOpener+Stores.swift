// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Engine
import Fleet
import Manifest
import Model
import Secrets

extension ObjectOpener {
    /// Fills in what an object's mapping refers to. Its digest becomes that of the versions and values, too: another
    /// version is another object, and so is another value under the same number, as a store that was set up anew gives.
    func fill(_ opened: inout OpenedObjects, at index: Int, for reader: SecretReader) async throws(ContentError) {
        let object = opened.objects[index]
        let mapping: SecretMapping
        do throws(InvalidFields) {
            guard let found = try SecretMapping(of: object) else { return }
            mapping = found
        } catch {
            throw ContentError("\(object.origin): \(Text(error.description))")
        }
        var values: [Text: Secret<[UInt8]>] = [:]
        var versions: [Value] = []
        for (name, reference) in mapping.values.map({ ($0.key, $0.value) }) {
            let stored = try await stored(reference, of: object, for: reader)
            guard let value = stored.values[reference.key] else {
                let known = stored.values.keys.sorted().map(\.string).joined(separator: ", ")
                throw ContentError(
                    "\(object.origin): \(reference.place): has no key \(reference.key) (it has \(Text(known)))")
            }
            values[name] = reference.isBase64 ? try decoded(value, reference, object) : value
            let fingerprint = fingerprints.fingerprint(of: value, in: "\(reference.place)#\(reference.key)")
            versions.append([.string(name), .string(stored.version), .string(fingerprint)])
            opened.note(SecretAccess(place: reference.place, keys: [reference.key], version: stored.version))
        }
        do throws(SecretsError) {
            opened.objects[index] = try SecretPlacement.place(values, into: object)
        } catch {
            throw ContentError("\(object.origin): \(Text(error.description))")
        }
        opened.objects[index].digest = ([Value(object.digest), .array(versions)] as Value).digest()
    }

    private func stored(
        _ reference: SecretMapping.Reference, of object: DesiredObject, for reader: SecretReader
    ) async throws(ContentError) -> StoredSecret {
        let store: SecretStore
        switch reader.grants.store(of: reference) {
        case .success(let found): store = found
        case .failure(let refusal):
            throw ContentError("\(object.origin): \(Text(refusal.reason)) (\(Text(refusal.advice)))")
        }
        let place = StoreDesk.Place(store: store, path: reference.path, version: reference.version)
        do throws(StoreError) { return try await stores.read(place, for: reader.unit) } catch {
            let words = error.inWords(at: reference.place, since: await stores.failedSince(place))
            let advice = error.advice.map { " (\($0))" } ?? ""
            throw ContentError(
                "\(object.origin): \(words)\(Text(advice)); what is applied stays", isPassing: error.state.isPassing)
        }
    }

    private func decoded(
        _ value: Secret<[UInt8]>, _ reference: SecretMapping.Reference, _ object: DesiredObject
    ) throws(ContentError) -> Secret<[UInt8]> {
        let decoded = value.withExposed { bytes in Base64.decode(bytes.filter { $0 > 0x20 }) }
        guard let decoded else {
            throw ContentError("\(object.origin): \(reference.place)#\(reference.key): is no base64")
        }
        return Secret(decoded)
    }
}

extension OpenedObjects {
    /// What is read of one place is one access.
    mutating func note(_ access: SecretAccess) {
        guard let known = accesses.firstIndex(where: { $0.place == access.place && $0.version == access.version })
        else { return accesses.append(access) }
        accesses[known].keys = Set(accesses[known].keys).union(access.keys).sorted()
    }
}

extension SecretAccess {
    /// Of a file in Git.
    init(file: Text, keys: [Text], encrypted bytes: [UInt8], recipients: [Text] = []) {
        self.init(
            place: "\(Self.filePrefix)\(file)", keys: keys, version: Self.version(ofEncrypted: bytes),
            recipients: recipients)
    }

    /// A hash of what is encrypted, which everybody may see.
    static func version(ofEncrypted bytes: [UInt8]) -> Text {
        Text(String(Digest(of: bytes).hex.prefix(12)))
    }
}

extension SOPS {
    /// To whom a file is encrypted, in the words of its metadata; none when it is no file in order.
    static func recipients(in bytes: [UInt8], ofFile name: Text) -> [Text] {
        guard let metadata = try? SOPS.metadata(bytes, SOPS.Format(ofFile: name)) else { return [] }
        return metadata.groups.flatMap { $0.map { Text("\($0.kind)") } }.sorted()
    }
}
