// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Fleet
import Manifest
import Model

/// The kinds of `host.trimtab.dev`.
package enum HostKind: String, Sendable, Hashable, CaseIterable {
    case file = "File"
    case directory = "Directory"
    case link = "Link"
    case service = "Service"
    case package = "Package"

    /// One sentence for people.
    package var summary: String {
        switch self {
        case .file: "A file: its content, or a file of the source, with owner and permissions."
        case .directory: "A folder with owner and permissions; exclusive when nothing else belongs into it."
        case .link: "A symbolic link."
        case .service: "A service of systemd: its files, whether it starts with the machine, whether it runs."
        case .package: "A Debian package."
        }
    }

    /// Of a whole manifest.
    package var schema: KindSchema {
        KindSchema(object: Text(rawValue), of: HostObject.version, summary: summary, spec: spec, example: example)
    }

    private var spec: Schema {
        switch self {
        case .file: FileSpec.shape.schema
        case .directory: DirectorySpec.shape.schema
        case .link: LinkSpec.shape.schema
        case .service: ServiceSpec.shape.schema
        case .package: PackageSpec.shape.schema
        }
    }

    /// Reads the spec of a manifest for what is wrong with it, and where.
    func check(_ manifest: Value, in places: Places) throws(InvalidFields) {
        switch self {
        case .file: try Self.check(FileSpec.shape, manifest, places)
        case .directory: try Self.check(DirectorySpec.shape, manifest, places)
        case .link: try Self.check(LinkSpec.shape, manifest, places)
        case .service: try Self.check(ServiceSpec.shape, manifest, places)
        case .package: try Self.check(PackageSpec.shape, manifest, places)
        }
    }

    private static func check<Spec>(
        _ shape: Shape<Spec>, _ manifest: Value, _ places: Places
    ) throws(InvalidFields) {
        _ = try shape.decode(manifest, at: ["spec"], in: places)
    }
}
