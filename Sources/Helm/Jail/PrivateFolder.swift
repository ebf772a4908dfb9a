// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation
import Glibc
import Model
import SystemPackage

/// A folder with the files that one run may read. Blocks.
struct PrivateFolder {
    let path: FilePath
    private var folders: Set<TreePath> = []

    /// Makes the folder in which private folders lie, for this user alone, and empties it: what a process that was
    /// killed has left there.
    static func prepare(_ parent: FilePath) throws(HelmError) {
        do {
            if FileManager.default.fileExists(atPath: parent.string) {
                try FileManager.default.removeItem(atPath: parent.string)
            }
            try FileManager.default.createDirectory(
                atPath: parent.string, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw .machine(reason: "\(parent): \(error.localizedDescription)")
        }
    }

    init(holding files: [TreePath: [UInt8]], below parent: FilePath) throws(HelmError) {
        var template = Array((parent.string + "/XXXXXX").utf8CString)
        guard mkdtemp(&template) != nil else { throw Self.failure(parent) }
        path = FilePath(String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self))
        // Helm runs as another user when we are root. Others do not get past the folder above.
        chmod(path.string, 0o755)
        do throws(HelmError) {
            for (file, content) in files { try write(content, to: file) }
        } catch {
            remove()
            throw error
        }
    }

    func remove() { try? FileManager.default.removeItem(atPath: path.string) }

    private mutating func write(_ content: [UInt8], to file: TreePath) throws(HelmError) {
        try make(file.parent ?? .root)
        let descriptor = withPath(file) { open($0, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o644) }
        guard descriptor >= 0 else { throw Self.failure(path) }
        defer { close(descriptor) }
        var written = 0
        while written < content.count {
            let count = content.withUnsafeBytes { bytes in
                Glibc.write(descriptor, bytes.baseAddress.map { $0 + written }, bytes.count - written)
            }
            guard count > 0 else { throw Self.failure(path) }
            written += count
        }
    }

    private mutating func make(_ folder: TreePath) throws(HelmError) {
        guard !folder.isRoot, !folders.contains(folder) else { return }
        try make(folder.parent ?? .root)
        guard withPath(folder, { mkdir($0, 0o755) }) == 0 else { throw Self.failure(path) }
        folders.insert(folder)
    }

    /// Names of files are bytes, not text.
    private func withPath<Result>(_ inner: TreePath, _ body: (UnsafePointer<CChar>) -> Result) -> Result {
        let bytes = (Array(path.string.utf8) + [UInt8(ascii: "/")] + inner.bytes + [0]).map { CChar(bitPattern: $0) }
        return bytes.withUnsafeBufferPointer { buffer in
            // Never empty: it ends with a zero.
            withUnsafePointer(to: CChar(0)) { body(buffer.baseAddress ?? $0) }
        }
    }

    private static func failure(_ path: FilePath) -> HelmError {
        .machine(reason: "\(path): \(Errno(rawValue: errno))")
    }
}
