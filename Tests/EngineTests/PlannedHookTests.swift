// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model
import TestSupport
import Testing

@testable import Engine

/// What a plan says of hooks is what a sync then does.
@Suite struct PlannedHookTests {
    private func desired(_ name: Text, _ hook: Hook) -> DesiredObject {
        DesiredObject(
            id: object(name), apiVersion: "v1", manifest: [:], wave: 0, blobs: [], origin: "test.yaml:1",
            digest: Digest(of: []), hook: hook)
    }

    @Test func `hooks are planned in the order in which they run, those for failures last`() {
        let hooks = [
            desired("after", Hook(phases: [.afterSync])), desired("alarm", Hook(phases: [.onFailure])),
            desired("both", Hook(phases: [.beforeSync, .afterSync], weight: 5)),
            desired("before", Hook(phases: [.beforeSync], weight: -5)),
            desired("during", Hook(phases: [.duringSync], weight: 1)),
            desired("goodbye", Hook(phases: [.beforeDeletion, .afterDeletion])),
        ]
        let plan = Plan(
            unit: unit("web"), renderDigest: Digest(of: []),
            changes: [Change(object: object("a"), action: .create, wave: 0)], digest: Digest(of: []))
        let planned = SyncStage.hooks(around: plan, hooks, isFoundation: { _ in false })
        #expect(
            planned.map { "\($0.object.name) \($0.phase.rawValue) \($0.weight)" } == [
                "before before-sync -5", "both before-sync 5", "during during-sync 1", "after after-sync 0",
                "both after-sync 5", "alarm on-failure 0",
            ])
    }
}
