// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Engine
import Manifest
import Model

/// A wave sorted by what has to be done, and what the ledger must say before it is.
struct WavePlan: Sendable {
    var results: [ObjectID: Outcome.Result] = [:]
    /// Parents before children.
    var folders: [FolderWrite] = []
    var writes: [PathWrite] = []
    var removals: [PathRemoval] = []
    /// Children before parents.
    var folderRemovals: [PathRemoval] = []
    var services: [ServiceOrder] = []
    var serviceRemovals: [ServiceRemoval] = []
    var packageRemovals: [PackageRemoval] = []
    var orphans: [UnitLedger.Entry] = []
    /// What was found to stand already.
    var seen: [ObjectID: Observation] = [:]
    /// As it must be stored before anything is done.
    var ledger: UnitLedger
    /// As it was found.
    let before: UnitLedger

    /// Whether commands have to agree before anything uses the new files.
    var isValidated: Bool { writes.contains { !$0.validate.isEmpty } }

    /// What is about to be written or removed.
    var changing: Set<ObjectID> {
        Set(writes.map(\.id) + folders.map(\.id) + (removals + folderRemovals).compactMap(\.id))
    }
}

/// A service to be set right.
struct ServiceOrder: Sendable {
    let id: ObjectID
    let service: ServiceName
    let spec: ServiceSpec
}

/// A service that is not declared any more.
struct ServiceRemoval: Sendable {
    let id: ObjectID
    let service: ServiceName
    /// Whether systemd's file for it goes too: otherwise it is the distribution's, and stays as it is.
    let losesUnit: Bool
}

/// A package that is not declared any more and that we installed.
struct PackageRemoval: Sendable {
    let id: ObjectID
    let package: Text
    /// Whether that is not known any more.
    let isUncertain: Bool
}
