// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// A record as a value, so that a start need not replay every event. What it says is what the events said.
extension UnitRecord {
    package var value: Value { value(with: inventory.entries.isEmpty ? nil : inventory.value) }

    private func value(with inventory: Value?) -> Value {
        .fields([
            "inventory": inventory,
            "recovered": recovered.isEmpty ? nil : Value(recovered.sorted()),
            "applied": applied?.value,
            "history": history.isEmpty ? nil : .array(history.map(\.value)),
            "rendered": rendered.map { Value($0) },
            "openSync": openSync?.value,
            "isTorn": isTorn ? true : nil,
            "begun": begun.map { Value($0) },
            "cancelled": cancelled?.value,
            "cancelledBy": cancelledBy.map { Value($0.text) },
            "bad": Value(unlessEmpty: bad),
            "lifted": Value(unlessEmpty: lifted),
            "pause": pause?.value,
            "pausedBy": pausedBy.map { Value($0.text) },
            "confirmed": Value(unlessEmpty: confirmed),
            "votes": votes.isEmpty ? nil : .array(votes.map(\.value)),
            "blocked": blocked?.value,
            "failure": failure.isEmpty ? nil : Value(failure),
            "drift": drift?.value,
            "driftSince": driftSince.map { Value($0) },
            "fight": fight?.value,
            "additions": additions?.value,
            "additionsSince": additionsSince.map { Value($0) },
            "health": HealthChanged(health: health.health, reason: Text(health.reason)).value,
            "secrets": secrets.isEmpty ? nil : Value(secrets), "hadSecrets": hadSecrets && secrets.isEmpty ? true : nil,
            "secretFields": secretFields?.value,
            "project": testament.project.isEmpty ? nil : Value(testament.project),
            "onRemoval": testament.onRemoval.isEmpty ? nil : Value(testament.onRemoval),
            "deletionHooks": testament.hasDeletionHooks ? true : nil,
            "isRemoved": isRemoved ? true : nil,
        ])
    }

    /// Strict: `nil` for anything that ``value`` does not write. A record that was half read would be half forgotten.
    package init?(_ value: Value) {
        self.init()
        guard let health = value["health"].flatMap(HealthChanged.init) else { return nil }
        self.health = HealthReport(health.health, reason: health.reason.string)
        recovered = Set(value["recovered"]?.objectIDsValue ?? [])
        if let written = value["inventory"] {
            guard let read = Inventory(written) else { return nil }
            inventory = read
        }
        applied = value["applied"].flatMap(Applied.init)
        history = value["history"]?.arrayValue?.compactMap(Entry.init) ?? []
        rendered = value["rendered"]?.digestValue
        openSync = value["openSync"].flatMap(OpenSync.init)
        isTorn = value["isTorn"] == true
        begun = value["begun"]?.digestValue
        cancelled = value["cancelled"].flatMap(Cancelled.init)
        cancelledBy = value["cancelledBy"]?.stringValue.map { Actor($0) }
        bad = value["bad"]?.digestsValue ?? []
        lifted = value["lifted"]?.digestsValue ?? []
        pause = value["pause"].flatMap(Paused.init)
        pausedBy = value["pausedBy"]?.stringValue.map { Actor($0) }
        confirmed = value["confirmed"]?.digestsValue ?? []
        votes = value["votes"]?.arrayValue?.compactMap(Vote.init) ?? []
        blocked = value["blocked"].flatMap(PlanBlocked.init)
        failure = value["failure"]?.stringValue ?? ""
        drift = value["drift"].flatMap(Drifted.init)
        driftSince = value["driftSince"]?.timeValue
        fight = value["fight"].flatMap(FightDetected.init)
        additions = value["additions"].flatMap(AdditionsSeen.init)
        additionsSince = value["additionsSince"]?.timeValue
        secrets = value["secrets"]?.accessesValue ?? []
        hadSecrets = value["hadSecrets"]?.boolValue ?? !secrets.isEmpty
        secretFields = value["secretFields"].map(SecretFields.init)
        testament = Testament(
            project: value["project"]?.stringValue ?? "", onRemoval: value["onRemoval"]?.stringValue ?? "",
            hasDeletionHooks: value["deletionHooks"] == true)
        isRemoved = value["isRemoved"] == true
        // The inventory, which is most of it, is strict by itself.
        guard self.value(with: value["inventory"]) == value else { return nil }
    }
}

extension Inventory {
    fileprivate var value: Value {
        Value(byObject: entries) { entry in
            [Value(entry.uid), entry.applied.map { Value($0) } ?? .null, Value(entry.wave)]
        }
    }

    /// `nil` for what is empty or holds anything that ``value`` does not write.
    fileprivate init?(_ value: Value) {
        guard let count = value.objectValue?.count, count > 0 else { return nil }
        let read = value.byObject { fields -> Entry? in
            guard let fields = fields.arrayValue, fields.count == 3, let uid = fields[0].stringValue,
                let wave = fields[2].intValue.flatMap({ Int(exactly: $0) })
            else { return nil }
            let applied = fields[1].digestValue
            return applied == nil && fields[1] != .null ? nil : Entry(uid: uid, applied: applied, wave: wave)
        }
        guard read.count == count else { return nil }
        entries = Entries(read)
        entries.settle()
    }
}

extension UnitRecord.Applied {
    fileprivate var value: Value { ["version": Value(version), "render": Value(render), "time": Value(time)] }

    fileprivate init?(_ value: Value) {
        guard let version = value["version"]?.versionValue, let render = value["render"]?.digestValue,
            let time = value["time"]?.timeValue
        else { return nil }
        self.init(version: version, render: render, time: time)
    }
}

extension UnitRecord.Entry {
    fileprivate var value: Value {
        .fields([
            "version": Value(version), "render": Value(render), "cause": Value(cause.rawValue),
            "actor": Value(actor.text), "started": Value(started), "ended": Value(ended),
            "result": Value(result.rawValue), "reason": reason.isEmpty ? nil : Value(reason),
            "counts": counts.value, "wasHealthy": wasHealthy ? true : nil, "part": isPart ? true : nil,
        ])
    }

    fileprivate init?(_ value: Value) {
        guard let version = value["version"]?.versionValue, let render = value["render"]?.digestValue,
            let cause = (value["cause"]?.stringValue).flatMap({ SyncCause(rawValue: $0.string) }),
            let actor = value["actor"]?.stringValue, let started = value["started"]?.timeValue,
            let ended = value["ended"]?.timeValue,
            let result = (value["result"]?.stringValue).flatMap({ SyncEnded.Result(rawValue: $0.string) })
        else { return nil }
        self.init(
            version: version, render: render, cause: cause, actor: Actor(actor), started: started, ended: ended,
            result: result, reason: value["reason"]?.stringValue ?? "",
            counts: ChangeCounts(value["counts"] ?? .null), wasHealthy: value["wasHealthy"] == true,
            isPart: value["part"] == true)
    }
}

extension UnitRecord.OpenSync {
    fileprivate var value: Value {
        .fields([
            "started": started.value, "time": Value(time), "actor": Value(actor.text),
            "unanswered": unanswered.isEmpty ? nil : Value(unanswered.sorted()),
        ])
    }

    fileprivate init?(_ value: Value) {
        guard let started = value["started"].flatMap(SyncStarted.init), let time = value["time"]?.timeValue,
            let actor = value["actor"]?.stringValue
        else { return nil }
        self.init(
            started: started, time: time, actor: Actor(actor),
            unanswered: Set(value["unanswered"]?.objectIDsValue ?? []))
    }
}

extension Value {
    /// `nil` for none.
    fileprivate init?(unlessEmpty digests: [Digest]) {
        guard !digests.isEmpty else { return nil }
        self = .array(digests.map { Value($0) })
    }

    fileprivate var digestsValue: [Digest]? { arrayValue?.compactMap(\.digestValue) }
}
