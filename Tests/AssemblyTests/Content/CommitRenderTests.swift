// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Assembly
import Commands
import Foundation
import Manifest
import Model
import TestSupport
import Testing

/// `trimtab render DIR --repository R`: a folder of a commit, read without a checkout and without a fleet.
@Suite struct CommitRenderTests {
    @Test func `a commit is rendered as it was, whatever lies in the folder now`() async throws {
        try await TrialSite.with { site in
            try lay("one", in: site)
            try site.commit("One")
            try site.git("tag", "v1")
            try lay("two", in: site)
            try site.commit("Two")
            try lay("three", in: site)
            let repository = site.folder.path + "/fleet"
            for (arguments, value) in [
                (["--revision", "v1"], "one"), (["--revision", "main"], "two"), ([], "two"),
                (["--revision", "v1", "--output", "json"], "\"one\""),
            ] {
                let run = await site.trimtab(["render", "kube/overlay", "--repository", repository] + arguments)
                #expect(run.status == .success, "\(run.errors)")
                #expect(
                    run.output.contains("value: \(value)") || run.output.contains("\"value\": \(value)"),
                    "\(run.output)")
            }
            let now = await site.trimtab("render", repository + "/kube/overlay")
            #expect(now.output.contains("value: three"))
            // Nothing is left behind, neither here nor in the state folder.
            #expect(!FileManager.default.fileExists(atPath: site.state))
        }
    }

    @Test func `what is wrong in a folder is told by paths that whoever asks can open`() async throws {
        try await TrialSite.with { site in
            try lay("one", in: site)
            try site.commit("One")
            try site.write("resources: [../base, ../absent]\n", to: "fleet/kube/overlay/kustomization.yaml")
            try site.write("kind: [\n", to: "fleet/kube/base/kustomization.yaml")
            let overlay = site.folder.path + "/fleet/kube/overlay"
            // The root is the Git work tree, the folder given, or the least that holds everything: nobody sees which.
            let asked = [
                [overlay], [overlay, "--root", site.folder.path],
                [overlay, "--root", site.folder.path + "/fleet/kube"],
            ]
            for arguments in asked {
                let run = await site.trimtab(["render"] + arguments)
                #expect(run.status == .failure)
                // From where they are.
                #expect(run.errors.hasPrefix("error: fleet/kube/base/kustomization.yaml:"), "\(run.errors)")
                #expect(run.errors.contains("named by fleet/kube/overlay/kustomization.yaml"), "\(run.errors)")
            }
            var request = FolderRequest(folder: Text(overlay))
            request.workingFolder = "/nonexistent"
            let elsewhere = request
            let error = await #expect(throws: APIError.self) { try await Parts.live.renderFolder(elsewhere) }
            #expect(error?.message.string.hasPrefix(site.folder.path + "/fleet/kube/base/kustomization.yaml:") ?? false)
            try site.write("resources: [absent.yaml]\n", to: "fleet/kube/base/kustomization.yaml")
            let missing = await site.trimtab("render", overlay)
            #expect(missing.errors.contains("no file or folder fleet/kube/base/absent.yaml"), "\(missing.errors)")
        }
    }

    @Test func `a state folder that is not there is not made by those who only ask`() async throws {
        try await TrialSite.with { site in
            for command in [["status"], ["plan"], ["diff"], ["history", "web@dev"], ["secrets", "list"], ["log"]] {
                let run = await site.trimtab(command)
                #expect(run.status != .success, "\(command)")
                #expect(!FileManager.default.fileExists(atPath: site.state), "\(command)")
            }
            let run = await site.trimtab("status")
            #expect(run.errors.contains("there is no such state folder") && run.errors.contains("--state"))
        }
    }

    @Test func `without a daemon a status says that it is the record, and as of when`() async throws {
        try await TrialSite.with { site in
            try await site.deploy("one")
            let run = await site.trimtab("status")
            #expect(run.output.contains("(no daemon is running: this is the record, as of "), "\(run.output)")
            let value = try await site.trimtab("status", "--output", "json").value
            #expect(value["engine"]?["recorded"]?.stringValue != nil)
        }
    }

    @Test func `what is not there is told`() async throws {
        try await TrialSite.with { site in
            try lay("one", in: site)
            try site.commit("One")
            let repository = site.folder.path + "/fleet"
            for (arguments, reason) in [
                (["kube/overlay", "--repository", repository, "--revision", "nowhere"], "nowhere"),
                (["kube/elsewhere", "--repository", repository], "kube/elsewhere"),
                (["/etc", "--repository", repository], "no folder in a repository"),
                (["../..", "--repository", repository], "no folder in a repository"),
                ([".", "--repository", site.folder.path], "no Git repository"),
                (["kube/overlay", "--repository", repository, "--root", "/"], "--root is for folders on disk"),
                (["./fleet", "--revision", "main"], "--repository"),
            ] {
                let run = await site.trimtab(["render"] + arguments)
                #expect(run.status != .success, "\(arguments)")
                #expect(run.output.isEmpty)
                #expect(run.errors.contains(reason), "\(arguments): \(run.errors)")
            }
        }
    }

    private func lay(_ value: String, in site: TrialSite) throws {
        try site.write(
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {value: \(value)}\n",
            to: "fleet/kube/base/map.yaml")
        try site.write("resources: [map.yaml]\n", to: "fleet/kube/base/kustomization.yaml")
        try site.write("resources: [../base]\nnamePrefix: x-\n", to: "fleet/kube/overlay/kustomization.yaml")
    }
}
