// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Fleet
import Manifest
import Model
import NIOPosix
import Notifications
import Secrets

/// The receivers that the operator describes: files in the folder `notifications` of the state folder, which nobody else
/// may read.
struct ReceiverFolder: Sendable {
    let folder: String

    init(state: String) { folder = state + "/notifications" }

    func receiver(_ name: Text, for owner: ProjectName?) async throws(ReceiverError) -> Receiver {
        let path = "\(folder)/\(name).yaml"
        let receiver: Receiver
        do {
            receiver = try await NIOThreadPool.singleton.runIfActive { try Self.read(path, name) }
        } catch {
            throw error as? ReceiverError ?? ReceiverError("\(Text(path)): cannot be read")
        }
        if let owner, !receiver.projects.contains(owner.text) {
            throw ReceiverError(
                "project \(owner) may not use the connection \(name): the \"projects\" of \(Text(path)) name whose may")
        }
        return receiver
    }

    private static func read(_ path: String, _ name: Text) throws -> Receiver {
        guard let mode = KeyFiles.permissions(path) else {
            throw ReceiverError("the connection \(name) is not known here; it is described in \(Text(path))")
        }
        guard mode & 0o077 == 0 else { throw ReceiverError("\(Text(path)): others may read it; chmod 600 it") }
        return try Receiver(try KeyFiles.read(path) ?? [], file: Text(path))
    }
}
