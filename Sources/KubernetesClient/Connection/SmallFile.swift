// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Glibc
import Manifest
import NIOPosix

/// The operator's small files: kubeconfigs, tokens, certificates. Reading them blocks, for as long as a small file takes.
enum SmallFile {
    /// A kubeconfig of many clusters with everything inline is a few hundred kilobytes.
    private static let limit = 4 << 20

    /// On a thread that may block.
    static func read(_ path: Text, mustBePrivate: Bool = false) async throws(KubernetesError) -> [UInt8] {
        let result: Result<[UInt8], KubernetesError>
        do {
            result = try await NIOThreadPool.singleton.runIfActive {
                Result { () throws(KubernetesError) in try readSync(path, mustBePrivate: mustBePrivate) }
            }
        } catch {
            throw .cancelled(path)
        }
        return try result.get()
    }

    private static func readSync(_ path: Text, mustBePrivate: Bool = false) throws(KubernetesError) -> [UInt8] {
        func fail(_ reason: String) -> KubernetesError {
            KubernetesError(.configuration, subject: path, message: Text(reason))
        }
        let descriptor = open(path.string, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
        guard descriptor >= 0 else { throw fail("cannot be read: \(String(cString: strerror(errno)))") }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { throw fail("is not a file") }
        guard !mustBePrivate || status.st_mode & 0o077 == 0 else {
            throw fail("can be read by others; run `chmod 600 \(path)`")
        }
        guard status.st_size <= limit else { throw fail("has more than \(limit >> 20) MiB") }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 64 << 10)
        while bytes.count <= limit {
            let count = piece.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
            if count == 0 { return bytes }
            if count < 0 {
                guard errno == EINTR else { throw fail("cannot be read: \(String(cString: strerror(errno)))") }
                continue
            }
            bytes += piece.prefix(count)
        }
        throw fail("has more than \(limit >> 20) MiB")
    }
}
