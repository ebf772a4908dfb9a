// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Assembly
import Commands
import Foundation
import Glibc
import Manifest
import TestSupport
import Testing

/// Data keys in a real OpenBao. `TRIMTAB_BAO` names it; `scripts/lab/bao` fetches it.
@Suite(.serialized, .enabled(if: RealBao.program != nil, "TRIMTAB_BAO names no bao"))
struct TransitTests {
    @Test func `a file is encrypted and decrypted by the transit engine, and SOPS opens it`() async throws {
        try await withKey { key in
            try await TrialSite.with { site in
                try site.write("a: canary-5d\nb: 2\n", to: "file.yaml")
                let run = await site.trimtab("secrets", "encrypt", "--in-place", "--recipient", key, "file.yaml")
                #expect(run.status == .success, "\(run.errors)")
                let encrypted = try site.read("file.yaml")
                #expect(encrypted.contains("hc_vault:") && !encrypted.contains("canary"))
                #expect(await site.trimtab("secrets", "decrypt", "file.yaml").output == "a: canary-5d\nb: 2\n")
                #expect(await site.trimtab("secrets", "rotate", "file.yaml").status == .success)
                guard let sops = ProcessInfo.processInfo.environment["TRIMTAB_SOPS"], !sops.isEmpty else { return }
                let opened = try TestProcess.run(
                    sops, ["decrypt", site.folder.path + "/file.yaml"],
                    environment: ["VAULT_TOKEN": RealBao.token, "HOME": site.folder.path])
                #expect(opened.text == "a: canary-5d\nb: 2\n")
            }
        }
    }

    @Test func `a key that the token may not use is told, and the token is not`() async throws {
        try await withKey { key in
            try await TrialSite.with { site in
                try site.write("a: canary-5d\n", to: "file.yaml")
                let nowhere = key.replacing("/v1/transit/", with: "/v1/nowhere/")
                for key in [nowhere, "http://127.0.0.1:9/v1/transit/keys/sops"] {
                    let run = await site.trimtab("secrets", "encrypt", "--recipient", key, "file.yaml")
                    #expect(run.status == .unavailable, "\(run.errors)")
                    #expect(!run.errors.contains(RealBao.token) && !run.errors.contains("canary"))
                }
            }
        }
    }

    /// A server, and the token of whoever runs this process.
    private func withKey(_ body: (String) async throws -> Void) async throws {
        try await BaoServer.with { server in
            let key = try await server.makeTransitKey()
            setenv("VAULT_TOKEN", RealBao.token, 1)
            defer { unsetenv("VAULT_TOKEN") }
            try await body(key)
        }
    }
}
