// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model
import Rendering
import Testing

@Suite struct HookReadingTests {
    private func read(_ annotations: Value) throws -> HookReading {
        try HookReading(["kind": "Job", "metadata": ["name": "x", "annotations": annotations]])
    }

    @Test func `Helm's hooks`() throws {
        #expect(try read([:]) == .none)
        #expect(
            try read(["helm.sh/hook": "pre-install, pre-upgrade", "helm.sh/hook-weight": "-5"])
                == .hook(Hook(phases: [.beforeSync], weight: -5)))
        #expect(
            try read(["helm.sh/hook": "post-install,pre-delete", "helm.sh/hook-delete-policy": "hook-succeeded"])
                == .hook(Hook(phases: [.afterSync, .beforeDeletion], deletedAfter: [.succeeded])))
        #expect(try read(["helm.sh/hook": "crd-install"]) == .none)
    }

    @Test(arguments: ["test", "pre-rollback,post-rollback", "test-success"])
    func `a chart's tests and its hooks for going back are left out`(words: String) throws {
        guard case .left = try read(["helm.sh/hook": .string(Text(words))]) else {
            Issue.record("\(words) is applied")
            return
        }
    }

    @Test func `Argo CD's hooks, which speak before Helm's`() throws {
        #expect(
            try read([
                "argocd.argoproj.io/hook": "PreSync", "argocd.argoproj.io/sync-wave": "3",
                "argocd.argoproj.io/hook-delete-policy": "HookSucceeded,BeforeHookCreation", "helm.sh/hook": "test",
            ]) == .hook(Hook(phases: [.beforeSync], weight: 3, deletedAfter: [.succeeded])))
        #expect(
            try read(["argocd.argoproj.io/hook": "Sync,SyncFail"])
                == .hook(Hook(phases: [.duringSync, .onFailure])))
        #expect(
            try read(["argocd.argoproj.io/hook": "Skip"]) == .left(reason: "argocd.argoproj.io/hook says Skip"))
    }

    @Test func `our own hooks, which speak before all`() throws {
        #expect(
            try read([
                "trimtab.dev/hook": "before-sync,after-deletion", "trimtab.dev/hook-weight": "7",
                "trimtab.dev/hook-delete": "succeeded,failed", "trimtab.dev/hook-deadline": "90s",
                "argocd.argoproj.io/hook": "PostSync",
            ])
                == .hook(
                    Hook(
                        phases: [.beforeSync, .afterDeletion], weight: 7, deletedAfter: [.succeeded, .failed],
                        deadline: .seconds(90))))
    }

    private static let faults: [(Value, Text)] = [
        (["trimtab.dev/hook": "presync"], "trimtab.dev/hook"),
        (["helm.sh/hook": "pre-instal"], "helm.sh/hook"),
        (["argocd.argoproj.io/hook": "PreSync", "argocd.argoproj.io/sync-wave": 3], "argocd.argoproj.io/sync-wave"),
        (["trimtab.dev/hook": "on-failure", "trimtab.dev/hook-deadline": "soon"], "trimtab.dev/hook-deadline"),
        (["helm.sh/hook": "post-delete", "helm.sh/hook-weight": "70000"], "helm.sh/hook-weight"),
    ]

    @Test(arguments: faults)
    func `what nobody understands is refused by the annotation's name`(annotations: Value, name: Text) {
        #expect { try read(annotations) } throws: { ($0 as? HookReading.Fault)?.annotation == name }
    }
}
