// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Fleet
import Manifest
import Model

/// A desired object, understood.
struct HostObject: Sendable {
    enum Spec: Sendable {
        case file(FileSpec)
        case directory(DirectorySpec)
        case link(LinkSpec)
        case service(ServiceSpec)
        case package(PackageSpec)
    }

    static let group: Text = "host.trimtab.dev"
    static let version: Text = "host.trimtab.dev/v1alpha1"

    let id: ObjectID
    let digest: Digest
    let spec: Spec

    /// Reads a manifest strictly. The reason of a fault lists all that is wrong with it.
    init(_ desired: DesiredObject) throws(HostFault) {
        id = desired.id
        digest = desired.digest
        guard desired.apiVersion == Self.version else {
            throw HostFault("unknown version \(desired.apiVersion), this is \(Self.version)")
        }
        switch desired.id.kind {
        case "File": spec = .file(try FileSpec(desired))
        case "Directory": spec = .directory(try Self.decode(DirectorySpec.shape, of: desired))
        case "Link": spec = .link(try Self.decode(LinkSpec.shape, of: desired))
        case "Service": spec = .service(try ServiceSpec(desired))
        case "Package": spec = .package(try Self.decode(PackageSpec.shape, of: desired))
        default:
            throw HostFault("unknown kind \(desired.id.kind): hosts know File, Directory, Link, Service and Package")
        }
        if case .service = spec, service == nil {
            throw HostFault("\(id.name) is no name of a service: give it as spec.service")
        }
        if case .package = spec, package == nil {
            throw HostFault("\(id.name) is no name of a package: give it as spec.package")
        }
    }

    init(id: ObjectID, digest: Digest, spec: Spec) {
        self.id = id
        self.digest = digest
        self.spec = spec
    }

    static func decode<Output>(_ shape: Shape<Output>, of desired: DesiredObject) throws(HostFault) -> Output {
        do {
            return try shape.decode(desired.manifest, at: FieldPath([.key("spec")]))
        } catch {
            throw HostFault(error.errors.map(\.description).joined(separator: "; "))
        }
    }

    /// What tells it from others of its name, and what a deletion is told: its path, or `service:` and `package:` with
    /// a name.
    var place: Text { Place(self).text }

    var service: ServiceName? {
        guard case .service(let service) = spec else { return nil }
        return service.name ?? ServiceName(id.name)
    }

    var package: Text? {
        guard case .package(let package) = spec else { return nil }
        return package.name ?? (PackageSpec.isName(id.name) ? id.name : nil)
    }

    var path: HostPath? {
        switch spec {
        case .file(let file): file.path
        case .directory(let directory): directory.path
        case .link(let link): link.path
        case .service, .package: nil
        }
    }
}
