// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Fleet
import Manifest
import Model
import NIOPosix
import Notifications
import Secrets

/// The file that keeps how far every notification has been told. Derived from nothing: whoever loses it is told what
/// comes from then on.
struct OutboxFile: Sendable {
    let path: String

    /// Thousands of alerts may fire for each of many receivers, and all of them are written.
    private static let budget = Budget(bytes: 512 << 20, depth: 16, nodes: 64_000_000, documents: 1)
    private static let format: Text = "trimtab.dev/outbox/v1"

    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    /// Empty where there is no file.
    func read() async throws -> [NotificationName: Lane] {
        let path = path
        return try await NIOThreadPool.singleton.runIfActive { () throws -> [NotificationName: Lane] in
            guard KeyFiles.permissions(path) != nil, let bytes = try KeyFiles.read(path, limit: Self.budget.bytes)
            else { return [:] }
            let value = try JSON.read(bytes, file: Text(path), budget: Self.budget)
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
        try await NIOThreadPool.singleton.runIfActive { try PrivateFile.replace(path, with: bytes) }
    }
}
