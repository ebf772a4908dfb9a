// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Fleet
import Glibc
import Manifest
import Model
import NIOPosix
import Notifications
import Secrets

/// The file that keeps how far every notification has been told. Derived from nothing: whoever loses it is told what
/// comes from then on.
struct OutboxFile: Sendable {
    let path: String

    private static let format: Text = "trimtab.dev/outbox/v1"

    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    /// Empty where there is no file.
    func read() async throws -> [NotificationName: Lane] {
        let path = path
        return try await NIOThreadPool.singleton.runIfActive { () throws -> [NotificationName: Lane] in
            guard KeyFiles.permissions(path) != nil, let bytes = try KeyFiles.read(path) else { return [:] }
            let value = try JSON.read(bytes, file: Text(path))
            guard value["format"]?.stringValue == Self.format else {
                throw Failure(description: "\(path): is not as it was written")
            }
            var lanes: [NotificationName: Lane] = [:]
            for (name, lane) in value["lanes"]?.objectValue?.pairs ?? [] {
                if let name = NotificationName(name), let lane = Lane(value: lane) { lanes[name] = lane }
            }
            return lanes
        }
    }

    /// Whole or not at all, and on the disk when this returns.
    func write(_ lanes: [NotificationName: Lane]) async throws {
        let pairs = lanes.sorted { $0.key < $1.key }.map { (key: $0.key.text, value: $0.value.value) }
        let value: Value = ["format": .string(Self.format), "lanes": .object(Object(uniquePairs: pairs))]
        let (path, bytes) = (path, JSON.write(value))
        try await NIOThreadPool.singleton.runIfActive { try Self.replace(path, bytes) }
    }

    private static func replace(_ path: String, _ content: [UInt8]) throws {
        let draft = path + ".new"
        unlink(draft)
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure("write", path) }
        var rest = content[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { break }
            rest = rest.dropFirst(count)
        }
        let isWritten = rest.isEmpty && fsync(descriptor) == 0
        let failed = failure("write", path)
        close(descriptor)
        guard isWritten else { throw failed }
        guard rename(draft, path) == 0 else { throw failure("replace", path) }
    }

    private static func failure(_ verb: String, _ path: String) -> Failure {
        Failure(description: "\(path): cannot \(verb): \(String(cString: strerror(errno)))")
    }
}
