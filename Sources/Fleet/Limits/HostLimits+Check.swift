// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
import Model

extension HostLimits {
    /// One thing that a unit wants to touch on a host.
    package enum Access: Sendable, Hashable {
        /// As the kernel sees it after links are resolved: absolute, without `.` and `..`.
        case path([UInt8])
        /// `File`
        case kind(Text)
        /// With or without `.service`.
        case service(Text)
        case package(Text)
        /// A whole command line.
        case command(Text)
    }

    package func allows(_ access: Access, protected: ProtectedPaths = .standard) -> Bool {
        refusal(of: access, protected: protected) == nil
    }

    /// Why a project may not do this, in words that name what it wanted; `nil` when it may.
    package func refusal(of access: Access, protected: ProtectedPaths = .standard) -> String? {
        switch access {
        case .path(let path):
            return pathRefusal(path, protected)
        case .kind(let kind):
            return kinds.contains(kind) ? nil : "the project does not allow the kind \(quoted(kind))"
        case .service(let service):
            let name = Self.bareName(service)
            let isAllowed = services.contains { Self.bareName($0) == name }
            return isAllowed ? nil : "the project does not allow the service \(quoted(service))"
        case .package(let package):
            return packages.contains(package) ? nil : "the project does not allow the package \(quoted(package))"
        case .command(let command):
            return commands.contains(command) ? nil : "the project does not allow the command \(quoted(command))"
        }
    }

    private func pathRefusal(_ path: [UInt8], _ protected: ProtectedPaths) -> String? {
        // Most paths are allowed, and to make them fit to be shown costs more than to look.
        var shown: String { printable(path) }
        guard let components = absoluteComponents(path), !components.isEmpty else {
            return "\(shown) is not an absolute path to something beneath the root"
        }
        let patterns = paths.compactMap(PathPattern.init)
        guard patterns.contains(where: { $0.matches(components: components) }) else {
            return "the project does not allow the path \(shown)"
        }
        if protected.always.contains(where: { $0.matches(components: components) }) {
            return "\(shown) is protected and no project may touch it"
        }
        let isNamed = patterns.contains { $0.isExact && $0.matches(components: components) }
        if !isNamed, protected.unlessNamed.contains(where: { $0.matches(components: components) }) {
            return "\(shown) is protected: a project may touch it only when its limits name that very path"
        }
        return nil
    }

    private static func bareName(_ service: Text) -> [UInt8] {
        let suffix = ".service".utf8
        let isFull = service.utf8.count > suffix.count && service.utf8.suffix(suffix.count).elementsEqual(suffix)
        return Array(service.utf8.dropLast(isFull ? suffix.count : 0))
    }
}
