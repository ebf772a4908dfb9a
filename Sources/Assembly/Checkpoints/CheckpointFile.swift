// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Fleet
import Manifest
import Model
import NIOPosix
import Secrets

/// Where checkpoints are pushed to: the operator's file `checkpoints.yaml` of the state folder, read anew each time.
///
/// ```yaml
/// git: {url: https://git.example.org/audit.git, branch: main, credentials: forge}
/// interval: 1h
/// ```
struct CheckpointPlan: Sendable, Hashable {
    var url: Text
    var branch: Text
    /// The name of the agent's credentials.
    var credentials: Text?
    /// Between two checkpoints, at least.
    var interval: Duration

    struct Failure: Error, CustomStringConvertible {
        var reason: Text

        var description: String { reason.string }
    }

    init(_ bytes: [UInt8], file: Text) throws(Failure) {
        do throws(OperatorFileError) { self = try Self.shape.decode(bytes, file: file) } catch {
            throw Failure(reason: error.reason)
        }
    }

    /// `nil` when there is no such file.
    static func read(state: String) async throws(Failure) -> CheckpointPlan? {
        let path = state + "/checkpoints.yaml"
        let bytes: [UInt8]?
        do {
            bytes = try await NIOThreadPool.singleton.runIfActive {
                guard let mode = KeyFiles.permissions(path) else { return nil }
                // Who could write it could send the record elsewhere.
                guard mode & 0o022 == 0 else {
                    throw Failure(reason: "\(Text(path)): others may write it; chmod 600 it")
                }
                return try KeyFiles.read(path)
            }
        } catch {
            throw error as? Failure ?? Failure(reason: "\(Text(path)): cannot be read")
        }
        return try bytes.map { bytes throws(Failure) in try CheckpointPlan(bytes, file: Text(path)) }
    }

    private init(_ place: Place, _ interval: Duration) {
        (url, branch, credentials) = (place.url, place.branch, place.credentials)
        self.interval = interval
    }

    private struct Place: Sendable {
        var url: Text
        var branch: Text
        var credentials: Text?
    }

    private static let shape = Shape<CheckpointPlan>.object(
        Field.required("git", git, "The repository that keeps them."),
        Field.optional(
            "interval", .duration, default: .seconds(3600),
            "How long after a checkpoint the next is made, if anything has happened.")
    ) { CheckpointPlan($0, $1) }

    private static let git = Shape<Place>.object(
        Field.required("url", .text, "Its address, as a Source has it."),
        Field.optional("branch", .text, default: "main", "The branch that grows."),
        Field.optional("credentials", .text, "The name of the agent's credentials that may push to it.")
    ) { Place(url: $0, branch: $1, credentials: $2) }
}
