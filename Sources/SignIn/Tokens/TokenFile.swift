// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Glibc
import Manifest
import Model
import NIOPosix

/// The file that keeps what is known of tokens: their hashes, readable by its owner alone.
struct TokenFile: Sendable {
    let path: String

    private static let limit = 4 << 20

    /// Empty where there is no file. One that others could have written is refused.
    func read() async throws(APIError) -> TokenBook {
        let path = path
        do {
            return try await NIOThreadPool.singleton.runIfActive { try Self.read(path) }
        } catch {
            throw error as? APIError ?? APIError(.failed, "\(Text(path)): cannot be read: \(Text("\(error)"))")
        }
    }

    /// Whole or not at all, and on the disk when this returns.
    func write(_ book: TokenBook) async throws(APIError) {
        let (path, bytes) = (path, JSON.write(book.wire, style: .pretty))
        do {
            try await NIOThreadPool.singleton.runIfActive { try PrivateFile.replace(path, with: bytes) }
        } catch let error as PrivateFile.Failure {
            throw APIError(.failed, Text(error.description))
        } catch {
            throw APIError(.failed, "\(Text(path)): cannot be written: \(Text("\(error)"))")
        }
    }

    private static func read(_ path: String) throws(APIError) -> TokenBook {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        if descriptor < 0, errno == ENOENT { return TokenBook() }
        guard descriptor >= 0 else { throw failure("read", path) }
        defer { close(descriptor) }
        var info = stat()
        guard fstat(descriptor, &info) == 0 else { throw failure("read", path) }
        guard info.st_uid == geteuid(), info.st_mode & 0o077 == 0 else {
            throw APIError(
                .failed, "\(Text(path)): belongs to somebody else, or is not readable by its owner alone",
                advice: "see who could have changed it, and remove it or set its mode to 0600")
        }
        guard info.st_size <= limit else { throw APIError(.tooLarge, "\(Text(path)): has more than \(limit) bytes") }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            guard count >= 0 else { throw failure("read", path) }
            guard count > 0, bytes.count <= limit else { break }
            bytes += buffer.prefix(count)
        }
        do {
            return try TokenBook(wire: JSON.read(bytes, file: Text(path)))
        } catch {
            throw APIError(.failed, "\(Text(path)): is not as it was written: \(Text("\(error)"))")
        }
    }

    private static func failure(_ verb: Text, _ path: String) -> APIError {
        APIError(.failed, "\(Text(path)): cannot \(verb): \(Text(String(cString: strerror(errno))))")
    }
}
