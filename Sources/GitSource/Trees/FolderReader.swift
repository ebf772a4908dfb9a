// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import CLinux
import struct Crypto.SHA256
import Glibc
import Manifest
import Model
import Synchronization
import SystemPackage

/// `O_PATH`, which Glibc's module hides.
private let pathOnly: Int32 = 0o10_000_000
private let beneath = UInt64(
    CLINUX_RESOLVE_BENEATH | CLINUX_RESOLVE_NO_MAGICLINKS | CLINUX_RESOLVE_NO_SYMLINKS)

/// The blocking half of ``FolderTree``: every call goes to the disk. Paths are free of links.
final class FolderReader: Sendable {
    private let root: Int32
    private let name: FilePath
    /// Digests of files that have not changed since, by what `stat` says.
    private let known = Mutex<[FileIdentity: (digest: Digest, isPointer: Bool)]>([:])

    /// Deeper folders are refused: a budget for the stack.
    private static let depthLimit = 128
    private static let knownLimit = 100_000

    init(_ path: FilePath) throws(TreeError) {
        root = Glibc.open(path.string, pathOnly | O_DIRECTORY | O_CLOEXEC)
        name = path
        guard root >= 0 else { throw .unavailable(reason: "\(path): \(Errno(rawValue: errno))") }
    }

    deinit { close(root) }

    /// An entry whose content is not hashed yet.
    static func placeholder(_ path: TreePath, _ kind: TreeEntry.Kind) -> TreeEntry {
        TreeEntry(name: path.name ?? [], kind: kind, id: .sha256(Digest(of: [])))
    }

    /// Without the identity of its content; `nil` for what Git would not hold: devices, sockets, `.git`.
    func entry(at path: TreePath) throws(TreeError) -> TreeEntry? {
        guard let file = try Descriptor(path, in: self, flags: pathOnly | O_NOFOLLOW) else { return nil }
        guard let kind = try file.identity(path).kind else { return nil }
        return Self.placeholder(path, kind)
    }

    /// Without the identities of their contents.
    func children(of path: TreePath) throws(TreeError) -> [TreeEntry] {
        guard let file = try Descriptor(path, in: self, flags: O_RDONLY | O_DIRECTORY) else { throw .notFound(path) }
        let copy = fcntl(file.number, F_DUPFD_CLOEXEC, 3)
        guard let stream = fdopendir(copy) else {
            let code = errno
            close(copy)
            throw unavailable(path, code)
        }
        defer { closedir(stream) }
        var entries: [TreeEntry] = []
        while let found = readdir(stream) {
            let name = withUnsafeBytes(of: &found.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
            guard let child = path.appending(name), let entry = try entry(at: child) else { continue }
            entries.append(entry)
        }
        return entries.sorted { $0.name.lexicographicallyPrecedes($1.name) }
    }

    func target(ofLink path: TreePath) throws(TreeError) -> [UInt8] {
        guard let file = try Descriptor(path, in: self, flags: pathOnly | O_NOFOLLOW) else {
            throw .notFound(path)
        }
        var target = [UInt8](repeating: 0, count: 4097)
        let count = target.withUnsafeMutableBytes { readLink(file.number, $0) }
        guard count >= 0 else { throw unavailable(path, errno) }
        guard count <= 4096 else { throw .badLink(path, reason: "is longer than 4096 bytes") }
        return Array(target.prefix(count))
    }

    func read(_ path: TreePath, limit: Int, asked: TreePath) throws(TreeError) -> [UInt8] {
        let file = try openForReading(path)
        guard file.size <= limit else { throw .tooLarge(asked, bytes: file.size, limit: Int64(limit)) }
        var bytes: [UInt8] = []
        // In one piece, if it stays as it is.
        var room = max(4096, Int(clamping: file.size))
        while let piece = try file.read(atMost: room) {
            if bytes.isEmpty { bytes = piece } else { bytes.append(contentsOf: piece) }
            room = 64 << 10
            // It may grow while it is read.
            guard bytes.count <= limit else { throw .tooLarge(asked, bytes: Int64(bytes.count), limit: Int64(limit)) }
        }
        return bytes
    }

    func openForReading(_ path: TreePath) throws(TreeError) -> OpenFile {
        // Without blocking: a pipe that was put in the place of a file must not hold us up.
        guard let file = try Descriptor(path, in: self, flags: O_RDONLY | O_NONBLOCK) else { throw .notFound(path) }
        let identity = try file.identity(path)
        guard case .file = identity.kind else { throw .notAFile(path) }
        return OpenFile(file, identity: identity, path: path)
    }

    /// The digest of a file's content, its size, and whether it is a pointer of Git LFS.
    func digest(ofFile path: TreePath) throws(TreeError) -> (Digest, Int64, Bool) {
        let file = try openForReading(path)
        if let (digest, isPointer) = known.withLock({ $0[file.identity] }) { return (digest, file.size, isPointer) }
        var head: [UInt8] = []
        while let piece = try file.next() {
            if head.count < LargeFilePointer.sizeLimit { head.append(contentsOf: piece) }
        }
        let isPointer = LargeFilePointer.matches(head)
        let digest = file.digest
        remember(file.identity, digest, isPointer)
        return (digest, file.size, isPointer)
    }

    func digest(ofFolder path: TreePath, depth: Int = 0) throws(TreeError) -> Digest {
        guard depth < Self.depthLimit else {
            throw .corrupt(path, reason: "folders are nested deeper than \(Self.depthLimit)")
        }
        var hash = SHA256()
        for child in try children(of: path) {
            guard let childPath = path.appending(child.name) else { continue }
            let entry = try identified(child, at: childPath, depth: depth + 1)
            let tag =
                switch entry.kind {
                case .file(let executable): executable ? "x" : "f"
                case .folder: "d"
                case .link: "l"
                case .submodule: "s"
                }
            hash.update(data: Array("\(tag)\(entry.name.count):".utf8))
            hash.update(data: entry.name)
            hash.update(data: Array(entry.id.description.utf8))
        }
        return Digest(hash.finalize())
    }

    func identified(_ entry: TreeEntry, at path: TreePath, depth: Int = 0) throws(TreeError) -> TreeEntry {
        var entry = entry
        switch entry.kind {
        case .file: entry.id = .sha256(try digest(ofFile: path).0)
        case .folder: entry.id = .sha256(try digest(ofFolder: path, depth: depth))
        case .link: entry.id = .sha256(Digest(of: try target(ofLink: path)))
        case .submodule: break
        }
        return entry
    }

    /// Opens beneath the folder; `nil` when nothing is there.
    fileprivate func open(_ path: TreePath, flags: Int32) throws(TreeError) -> Int32? {
        if path.components.contains(where: { $0.elementsEqual(".git".utf8) }) { return nil }
        let text = path.isRoot ? [UInt8(ascii: ".")] : path.bytes
        let file = (text + [0]).withUnsafeBufferPointer { bytes in
            bytes.withMemoryRebound(to: CChar.self) { clinux_openat2(root, $0.baseAddress, flags, 0, beneath) }
        }
        if file >= 0 { return file }
        // ELOOP: a link took the place of a folder since it was looked at.
        if [ENOENT, ENOTDIR, ELOOP, ENAMETOOLONG].contains(-file) { return nil }
        throw unavailable(path, -file)
    }

    fileprivate func unavailable(_ path: TreePath, _ code: Int32) -> TreeError {
        .unavailable(reason: "\(path) in \(name): \(Errno(rawValue: code))")
    }

    /// Only when the last change lies so far back that another one would show in the times.
    private func remember(_ identity: FileIdentity, _ digest: Digest, _ isPointer: Bool) {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        guard identity.changed.seconds < now.tv_sec - 2 else { return }
        known.withLock { known in
            if known.count >= Self.knownLimit { known.removeAll() }
            known[identity] = (digest, isPointer)
        }
    }
}

/// The text of a link that is open by path alone.
private func readLink(_ link: Int32, _ buffer: UnsafeMutableRawBufferPointer) -> Int {
    guard let start = buffer.baseAddress else { return 0 }
    return readlinkat(link, "", start.assumingMemoryBound(to: CChar.self), buffer.count)
}

/// What tells one state of a file from another without reading it.
struct FileIdentity: Sendable, Hashable {
    struct Moment: Sendable, Hashable {
        var seconds: Int
        var nanoseconds: Int
    }

    var device: UInt64
    var inode: UInt64
    var size: Int64
    var modified: Moment
    var changed: Moment
    var mode: UInt32

    var kind: TreeEntry.Kind? {
        switch mode & S_IFMT {
        case S_IFREG: .file(executable: mode & 0o100 != 0)
        case S_IFDIR: .folder
        case S_IFLNK: .link
        default: nil
        }
    }
}

/// An open descriptor that closes with the value.
struct Descriptor: ~Copyable {
    let number: Int32

    /// `nil` when nothing is there.
    fileprivate init?(_ path: TreePath, in reader: FolderReader, flags: Int32) throws(TreeError) {
        guard let number = try reader.open(path, flags: flags) else { return nil }
        self.number = number
    }

    deinit { close(number) }

    func identity(_ path: TreePath) throws(TreeError) -> FileIdentity {
        var status = stat()
        guard fstat(number, &status) == 0 else {
            throw .unavailable(reason: "\(path): \(Errno(rawValue: errno))")
        }
        return FileIdentity(
            device: UInt64(status.st_dev), inode: UInt64(status.st_ino), size: Int64(status.st_size),
            modified: .init(seconds: status.st_mtim.tv_sec, nanoseconds: status.st_mtim.tv_nsec),
            changed: .init(seconds: status.st_ctim.tv_sec, nanoseconds: status.st_ctim.tv_nsec), mode: status.st_mode)
    }
}

/// A file that is being read, and hashed if it is read by ``next()``.
final class OpenFile: Sendable {
    let identity: FileIdentity
    private let path: TreePath
    private let descriptor: Descriptor
    private let hash = Mutex(SHA256())

    private static let piece = 256 << 10

    fileprivate init(_ descriptor: consuming Descriptor, identity: FileIdentity, path: TreePath) {
        self.descriptor = descriptor
        self.identity = identity
        self.path = path
    }

    /// Bytes, when it was opened.
    var size: Int64 { identity.size }

    /// Of what ``next()`` gave so far.
    var digest: Digest { Digest(hash.withLock { $0 }.finalize()) }

    /// `nil` at the end. Blocks.
    func next() throws(TreeError) -> [UInt8]? {
        // Room for what the file held when it was opened, mostly all that will come.
        guard let bytes = try read(atMost: min(Self.piece, max(4096, Int(clamping: size)))) else { return nil }
        hash.withLock { $0.update(data: bytes) }
        return bytes
    }

    /// `nil` at the end. Blocks.
    func read(atMost room: Int) throws(TreeError) -> [UInt8]? {
        while true {
            var failure: Int32 = 0
            let bytes = [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
                let read = Glibc.read(descriptor.number, buffer.baseAddress, room)
                count = max(0, read)
                if read < 0 { failure = errno }
            }
            switch failure {
            case 0: return bytes.isEmpty ? nil : bytes
            case EINTR: continue
            default: throw .unavailable(reason: "\(path): \(Errno(rawValue: failure))")
            }
        }
    }
}
