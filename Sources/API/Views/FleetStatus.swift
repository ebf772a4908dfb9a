// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
package import Model

/// How a fleet does, as far as this engine serves it.
package struct FleetStatus: Sendable, Hashable {
    /// `nil` until the fleet was read once.
    package var fleet: FleetName?
    /// Of the fleet repository; `nil` when the fleet is a plain folder.
    package var commit: CommitID?
    package var engine: EngineInfo
    package var sources: [SourceStatus]
    /// What is wrong with the fleet's files: each disables only what it declares.
    package var problems: [Problem]
    /// What people should know although nothing is wrong: an implicit project, a target served by another machine.
    package var notices: [Text]
    /// Ordered by id.
    package var units: [UnitStatus]

    package init(
        fleet: FleetName? = nil, commit: CommitID? = nil, engine: EngineInfo, sources: [SourceStatus] = [],
        problems: [Problem] = [], notices: [Text] = [], units: [UnitStatus] = []
    ) {
        self.fleet = fleet
        self.commit = commit
        self.engine = engine
        self.sources = sources
        self.problems = problems
        self.notices = notices
        self.units = units
    }
}

/// The process that answers.
package struct EngineInfo: Sendable, Hashable {
    /// Trimtab's own version.
    package var version: Text
    /// `nil` when the command answers for itself, without a daemon.
    package var daemon: Daemon?
    /// The time of the newest event, where nobody has looked since: how the units stand is what the journal has of them.
    package var recorded: Time?

    package struct Daemon: Sendable, Hashable {
        package var process: Int
        package var since: Time

        package init(process: Int, since: Time) {
            self.process = process
            self.since = since
        }
    }

    package init(version: Text, daemon: Daemon? = nil, recorded: Time? = nil) {
        self.version = version
        self.daemon = daemon
        self.recorded = recorded
    }
}

extension FleetStatus: Wire {
    package init(wire: Value) throws(WireError) {
        let fields = try WireFields(wire)
        self.init(
            fleet: try fields.optional("fleet"),
            commit: try fields.optional("commit"),
            engine: try fields.required("engine"),
            sources: try fields.list("sources"),
            problems: try fields.list("problems"),
            notices: try fields.list("notices"),
            units: try fields.list("units"))
    }

    package var wire: Value {
        .fields([
            "fleet": fleet?.wire, "commit": commit?.wire, "engine": engine.wire, "sources": sources.wire,
            "problems": problems.wire, "notices": notices.wire, "units": units.wire,
        ])
    }
}

extension EngineInfo: Wire {
    package init(wire: Value) throws(WireError) {
        let fields = try WireFields(wire)
        self.init(
            version: try fields.required("version"), daemon: try fields.optional("daemon"),
            recorded: try fields.optional("recorded"))
    }

    package var wire: Value {
        .fields(["version": version.wire, "daemon": daemon?.wire, "recorded": recorded?.wire])
    }
}

extension EngineInfo.Daemon: Wire {
    package init(wire: Value) throws(WireError) {
        let fields = try WireFields(wire)
        self.init(process: try fields.required("process"), since: try fields.required("since"))
    }

    package var wire: Value { .fields(["process": process.wire, "since": since.wire]) }
}
