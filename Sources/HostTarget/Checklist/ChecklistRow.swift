// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model

/// One object of a ``Checklist``: what is expected of it, without its content, and what was seen of it last.
struct ChecklistRow: Sendable {
    let id: ObjectID
    /// Where the object really lay when it was admitted, and what is expected there. `nil` for an object that only its
    /// manifest can tell about.
    var expectation: Expectation?
    /// `nil` when nothing was recorded by which it could be recognised.
    var observation: Observation?

    struct Expectation: Sendable {
        var real: HostPath
        /// Understood when it is needed: mostly the observation says enough.
        var spec: ArraySlice<UInt8>
    }

    private enum Kind: UInt8 {
        case file, directory, link
        /// With the object's whole identity instead of its name.
        case other

        var name: Text {
            switch self {
            case .file: "File"
            case .directory: "Directory"
            case .link: "Link"
            case .other: ""
            }
        }
    }

    /// - Parameter real: where the object really lies; `nil` for what lies at no path.
    init(_ object: HostObject, real: HostPath?, observation: Observation?) {
        id = object.id
        guard id.namespace.isEmpty, let real, let spec = Self.spec(of: object) else { return }
        expectation = Expectation(real: real, spec: spec[...])
        self.observation = observation.flatMap { $0.object == object.digest && $0.real == real ? $0 : nil }
    }

    init?(bytes: ArraySlice<UInt8>) {
        var rest = bytes
        guard let kind = rest.popFirst().flatMap(Kind.init), let name = rest.measured().flatMap({ Text(utf8: $0) })
        else { return nil }
        if kind == .other {
            guard let id = ObjectID(key: name), rest.isEmpty else { return nil }
            self.id = id
            return
        }
        guard let observed = rest.measured(), let lay = rest.measured() else { return nil }
        id = ObjectID(group: HostObject.group, kind: kind.name, name: name)
        if !observed.isEmpty {
            guard let observation = Observation(bytes: observed) else { return nil }
            self.observation = observation
        }
        guard let real = lay.isEmpty ? observation?.real : HostPath(bytes: lay) else { return nil }
        expectation = Expectation(real: real, spec: rest)
    }

    var bytes: [UInt8] {
        guard let expectation, let kind = [Kind.file, .directory, .link].first(where: { $0.name == id.kind }) else {
            var bytes = [Kind.other.rawValue]
            bytes.append(measured: id.key.utf8)
            return bytes
        }
        var bytes = [kind.rawValue]
        bytes.append(measured: id.name.utf8)
        bytes.append(measured: observation?.bytes ?? [])
        bytes.append(measured: observation == nil ? expectation.real.bytes : [])
        return bytes + expectation.spec
    }
}

extension ChecklistRow {
    /// The object as far as it was kept: a file's content by its hash. `nil` when it is not what was kept.
    func object() -> HostObject? {
        guard var rest = expectation?.spec, let path = rest.measured().flatMap({ HostPath(bytes: $0) }) else {
            return nil
        }
        let digest = observation?.object ?? Digest(of: [])
        if id.kind == "Link" {
            guard let target = rest.measured(), rest.isEmpty else { return nil }
            return HostObject(id: id, digest: digest, spec: .link(LinkSpec(path: path, target: Array(target))))
        }
        guard let owner = Account.read(&rest), let group = Account.read(&rest), let mode: UInt32 = rest.number() else {
            return nil
        }
        if id.kind == "Directory" {
            guard rest.isEmpty else { return nil }
            let spec = DirectorySpec(path: path, owner: owner, group: group, mode: mode, exclusive: nil)
            return HostObject(id: id, digest: digest, spec: .directory(spec))
        }
        guard let content = rest.content() ?? nil, let size: UInt64 = rest.number(), rest.isEmpty else {
            return nil
        }
        // Compared by its hash it is as good as a blob, wherever that lies.
        let blob = BlobReference(path: .root, id: content, size: Int64(bitPattern: size), executable: false)
        let spec = FileSpec(path: path, content: .blob(blob), owner: owner, group: group, mode: mode, validate: [])
        return HostObject(id: id, digest: digest, spec: .file(spec))
    }

    /// `nil` for an object that cannot be told about without its manifest.
    private static func spec(of object: HostObject) -> [UInt8]? {
        var bytes: [UInt8] = []
        switch object.spec {
        case .file(let file):
            guard let content = file.content.id else { return nil }
            bytes.append(measured: file.path.bytes)
            Account.append(file.owner, to: &bytes)
            Account.append(file.group, to: &bytes)
            bytes.append(number: file.mode)
            bytes.append(content)
            bytes.append(number: UInt64(bitPattern: file.content.size))
        case .directory(let directory):
            guard directory.exclusive == nil else { return nil }
            bytes.append(measured: directory.path.bytes)
            Account.append(directory.owner, to: &bytes)
            Account.append(directory.group, to: &bytes)
            bytes.append(number: directory.mode)
        case .link(let link):
            bytes.append(measured: link.path.bytes)
            bytes.append(measured: link.target)
        case .service, .package: return nil
        }
        return bytes
    }
}

extension Account {
    fileprivate static func append(_ account: Account?, to bytes: inout [UInt8]) {
        switch account {
        case nil: bytes.append(0)
        case .id(let id):
            bytes.append(1)
            bytes.append(number: id)
        case .name(let name):
            bytes.append(2)
            bytes.append(measured: name.utf8)
        }
    }

    /// `nil` for what is none, `.some(nil)` where nobody was named.
    fileprivate static func read(_ bytes: inout ArraySlice<UInt8>) -> Account?? {
        switch bytes.popFirst() {
        case 0: return .some(nil)
        case 1:
            let id: UInt32? = bytes.number()
            return id.map { .some(.id($0)) }
        case 2: return bytes.measured().flatMap { Text(utf8: $0) }.map { .some(.name($0)) }
        default: return nil
        }
    }
}
