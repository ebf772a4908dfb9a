// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Glibc
import Model
import SystemPackage

/// Reads references of a repository on this machine from its files, without starting a `git`: for our own mirrors, and
/// to see cheaply that a local repository has nothing new.
///
/// Only the plain cases are read: a file of a reference, or a line of `packed-refs`. Anything else (another storage of
/// references, a working tree that lies elsewhere, a reference to a reference) is ``Answer/unknown``, and `git` is
/// asked.
struct LooseReferences: Sendable {
    enum Answer: Sendable, Hashable {
        case at(GitID)
        case absent
        case unknown
    }

    private let folder: FilePath

    /// - Parameter repository: a bare repository, or a working copy with a `.git` folder.
    init?(repository: FilePath) {
        let inside = repository.appending(".git")
        folder = Self.isFolder(inside) ? inside : repository
        // `reftable` is a format of references; `commondir` says that they lie elsewhere.
        guard Self.isFolder(folder.appending("objects")), Self.isFolder(folder.appending("refs")),
            access(folder.appending("reftable").string, F_OK) != 0,
            access(folder.appending("commondir").string, F_OK) != 0
        else { return nil }
    }

    /// Whether it is the repository that `git` opens here, and has all of its history.
    var isWhole: Bool {
        access(folder.appending("HEAD").string, F_OK) == 0 && access(folder.appending("shallow").string, F_OK) != 0
    }

    /// The references by their full names. Git writes a file first and removes it after `packed-refs` is written, so
    /// files are read first.
    func read(_ names: [String]) -> [String: Answer] {
        var answers: [String: Answer] = [:]
        for name in names { answers[name] = loose(name) }
        let open = Set(names.filter { answers[$0] == .absent })
        guard !open.isEmpty else { return answers }
        guard let packed = packed(open) else {
            for name in open { answers[name] = .unknown }
            return answers
        }
        for (name, id) in packed { answers[name] = .at(id) }
        return answers
    }

    /// Those of the references that are there, `HEAD` among them; `nil` when not all can be read so.
    func all(_ names: Set<String>) -> [String: GitID]? {
        var aliases: [String: String] = [:]
        for name in names { aliases[name] = name == "HEAD" ? head ?? name : name }
        let found = read(Array(aliases.values))
        var ids: [String: GitID] = [:]
        for (name, alias) in aliases {
            switch found[alias] {
            case .at(let id): ids[name] = id
            case .absent: continue
            case .unknown, nil: return nil
            }
        }
        return ids
    }

    /// The branch that `HEAD` names.
    private var head: String? {
        guard case .bytes(let bytes) = Self.content(of: folder.appending("HEAD"), limit: 1024),
            bytes.starts(with: "ref: refs/heads/".utf8), bytes.last == 0x0A
        else { return nil }
        return String(validating: bytes.dropFirst(5).dropLast(), as: UTF8.self)
    }

    private func loose(_ name: String) -> Answer {
        switch Self.content(of: folder.pushing(FilePath(name)), limit: 256) {
        case .absent: return .absent
        case .failed: return .unknown
        case .bytes(let bytes):
            let text = String(decoding: bytes, as: UTF8.self)
            return GitID(hex: text.hasSuffix("\n") ? text.dropLast() : text[...]).map { .at($0) } ?? .unknown
        }
    }

    /// `nil` when the file cannot be read as what we know.
    private func packed(_ names: Set<String>) -> [String: GitID]? {
        let bytes: [UInt8]
        switch Self.content(of: folder.appending("packed-refs"), limit: 64 << 20) {
        case .absent: return [:]
        case .failed: return nil
        case .bytes(let content): bytes = content
        }
        let wanted = Dictionary(uniqueKeysWithValues: names.map { (Array($0.utf8), $0) })
        var found: [String: GitID] = [:]
        for line in bytes.split(separator: 0x0A) {
            // A header begins with `#`, the peeled tag before it with `^`.
            if line.first == UInt8(ascii: "#") || line.first == UInt8(ascii: "^") { continue }
            guard let space = line.firstIndex(of: 0x20) else { return nil }
            guard let name = wanted[Array(line[(space + 1)...])] else { continue }
            guard let id = GitID(hex: String(decoding: line[..<space], as: UTF8.self)) else { return nil }
            found[name] = id
        }
        return found
    }

    private enum Content {
        case bytes([UInt8])
        case absent
        case failed
    }

    private static func content(of file: FilePath, limit: Int) -> Content {
        let descriptor = open(file.string, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else { return errno == ENOENT || errno == ENOTDIR ? .absent : .failed }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return .failed }
        // A folder where a reference would be: there is none of this name, but some beneath it.
        if status.st_mode & S_IFMT == S_IFDIR { return .absent }
        guard status.st_mode & S_IFMT == S_IFREG, status.st_size <= limit else { return .failed }
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
        var filled = 0
        while filled < bytes.count {
            let count = bytes.withUnsafeMutableBytes { buffer in
                Glibc.read(descriptor, buffer.baseAddress.map { $0 + filled }, buffer.count - filled)
            }
            if count > 0 { filled += count } else if count == 0 || errno != EINTR { return .failed }
        }
        return .bytes(bytes)
    }

    private static func isFolder(_ path: FilePath) -> Bool {
        var status = stat()
        return stat(path.string, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }
}
