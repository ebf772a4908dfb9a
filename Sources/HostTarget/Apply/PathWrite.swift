// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model

/// A file or link on its way to its place.
struct PathWrite: Sendable {
    enum Payload: Sendable {
        case file(FileContent, mode: UInt32)
        case link(target: [UInt8])
    }

    /// Whether it is a file that others may not read.
    var isPrivate: Bool {
        guard case .file(let content, let mode) = payload else { return false }
        return content.isSecret || FileSpec.isPrivate(mode)
    }

    let id: ObjectID
    /// Whose the temporary names are.
    let fleet: FleetName
    let path: HostPath
    let wave: Int
    let digest: Digest
    let payload: Payload
    let owner: Ownership
    /// Commands that must succeed with the new file in place.
    let validate: [Text]

    var located: Located
    /// Folders that had to be made on the way.
    var made: [HostPath] = []
    /// What stood there when we looked, if anything.
    var before: Metadata?
    /// Only mode and owner differ: the file that is there can stay.
    var isAdjustment = false
    /// Under this name lies the new file, and after the exchange the old one.
    var temporary: [UInt8]?
    /// Of the new file; its time of change grows with the rename.
    var written: Metadata?
    /// Whether the new file has its place.
    var isInPlace = false
    /// Whether the old file has its place again.
    var isPutBack = false
    var fault: HostFault?
    /// Of the file in its place.
    var observation: Observation?

    var isPending: Bool { fault == nil && !isAdjustment }

    /// Whether new content lies beside its place. A link is a part of its folder.
    var hasStagedFile: Bool {
        if case .file = payload { isPending && temporary != nil } else { false }
    }

    /// The owner that the new file gets: what is not said stays as it was.
    var finalOwner: Ownership {
        Ownership(user: owner.user ?? before?.owner, group: owner.group ?? before?.group)
    }
}
