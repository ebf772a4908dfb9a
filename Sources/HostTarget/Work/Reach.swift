// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Fleet
import Manifest
import Synchronization

/// Where a path leads on the target, with the folder open.
struct Located: Sendable {
    /// `nil` when it does not exist.
    var folder: Folder?
    var name: [UInt8]
    /// After links are resolved; as declared while the folder does not exist.
    var real: HostPath
}

/// What one call of the driver can reach: the root, within the limits of a project. Each folder is opened once.
final class Reach: Sendable {
    let root: Root
    private let limits: HostLimits
    private let protected: ProtectedPaths
    private let folders = Mutex<[HostPath: Folder?]>([:])

    init(root: Root, limits: HostLimits, protected: ProtectedPaths) {
        self.root = root
        self.limits = limits
        self.protected = protected
    }

    /// Finds a path. Both the path as it is declared and where it really leads must lie within the limits: neither may
    /// a link in a permitted folder lead out of it, nor a forbidden path be declared because it leads back in.
    ///
    /// - Parameter kind: of the object there; a service's own files lie where systemd wants them, not where the
    ///   project may write.
    func locate(_ path: HostPath, as kind: Text) throws(HostFault) -> Located {
        guard let parent = path.parent else { throw HostFault("the root itself cannot be declared") }
        try check(path, as: kind)
        guard let folder = try open(parent) else { return Located(folder: nil, name: path.name, real: path) }
        let real = folder.path.appending(path.name)
        if real != path {
            if let reason = refusal(of: real, as: kind) { throw HostFault("\(path) really is \(real): \(reason)") }
            guard real.text != nil else { throw HostFault("\(path) really is \(real), which is not UTF-8") }
        }
        return Located(folder: folder, name: path.name, real: real)
    }

    /// The same without limits, for what the driver's own records name.
    func open(_ path: HostPath) throws(HostFault) -> Folder? {
        if let known = folders.withLock({ $0[path] }) { return known }
        let folder = try root.folder(at: path)
        folders.withLock { $0[path] = .some(folder) }
        return folder
    }

    /// The folders of a path that do not exist, outermost first, by the paths that they will really have.
    func missingFolders(of path: HostPath) throws(HostFault) -> [HostPath] {
        var names: [[UInt8]] = []
        var nearest = path
        while try open(nearest) == nil, let parent = nearest.parent {
            names.append(nearest.name)
            nearest = parent
        }
        var real = try open(nearest)?.path ?? nearest
        return names.reversed().map { name in
            real = real.appending(name)
            return real
        }
    }

    /// Makes the folders of a path that do not exist. Gives those that were made, by their real paths; the folders that
    /// hold them are still to be synced.
    func makeFolders(at path: HostPath) throws(HostFault) -> [HostPath] {
        if try open(path) != nil { return [] }
        let made = try root.makeFolders(at: path)
        forgetAbsent()
        return made
    }

    /// Whatever was found absent may be there now.
    func forgetAbsent() { folders.withLock { $0 = $0.filter { $0.value != nil } } }

    func check(_ path: HostPath, as kind: Text) throws(HostFault) {
        if let reason = refusal(of: path, as: kind) { throw HostFault(reason) }
    }

    func check(_ access: HostLimits.Access) throws(HostFault) {
        if let reason = limits.refusal(of: access, protected: protected) { throw HostFault(reason) }
    }

    private func refusal(of path: HostPath, as kind: Text) -> String? {
        guard kind == ServiceFiles.kind else { return limits.refusal(of: .path(path.bytes), protected: protected) }
        guard let service = ServiceName(owning: path) else { return "a service's files do not lie at \(path)" }
        return limits.refusal(of: .service(service.text), protected: protected)
    }
}
