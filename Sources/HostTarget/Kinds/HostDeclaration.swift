// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Fleet
package import Manifest
package import Model

/// What an object asks of a host, as far as it can be known without one: for checks offline.
package struct HostDeclaration: Sendable, Hashable {
    package var object: ObjectID
    /// What one object of one unit alone may declare on a host: a path, a service, a package.
    package var place: Text
    /// Paths that it takes besides: the unit file and the drop-ins of a service.
    package var files: [Text]
    /// All that its project must allow.
    package var accesses: [HostLimits.Access]

    /// - Parameter places: where the fields of the manifest stand.
    /// - Throws: everything that is wrong with the manifest.
    package init(_ desired: DesiredObject, in places: Places = .unknown()) throws(InvalidFields) {
        let position = places.value(["kind"])
        func invalid(_ reason: String) -> InvalidFields {
            InvalidFields(errors: [ReadingError(file: places.file, position: position, reason: reason)])
        }
        guard desired.id.group == HostObject.group else {
            throw invalid("a host knows no \(desired.apiVersion) \(desired.id.kind)")
        }
        if let kind = HostKind(rawValue: desired.id.kind.string) { try kind.check(desired.manifest, in: places) }
        do throws(HostFault) {
            let object = try HostObject(desired)
            self.object = object.id
            place = object.place
            files = object.files
            accesses = [.kind(object.id.kind)] + object.accesses
        } catch {
            throw invalid(error.reason)
        }
    }
}

extension HostObject {
    fileprivate var files: [Text] {
        guard case .service(let spec) = self.spec else { return [] }
        return ServiceFiles.objects(of: self, spec).map(\.place)
    }

    /// What its project must allow besides the kind.
    fileprivate var accesses: [HostLimits.Access] {
        switch spec {
        case .file(let file): [.path(file.path.bytes)] + file.validate.map { .command($0) }
        case .directory(let directory): [.path(directory.path.bytes)]
        case .link(let link): [.path(link.path.bytes)]
        case .service: service.map { [.service($0.text)] } ?? []
        case .package: package.map { [.package($0)] } ?? []
        }
    }
}
