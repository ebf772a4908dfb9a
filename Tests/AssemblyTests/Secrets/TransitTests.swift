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
        try await RealBao.with { address in
            try await TrialSite.with { site in
                try site.write("a: canary-5d\nb: 2\n", to: "file.yaml")
                let key = "\(address)/v1/transit/keys/sops"
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
        try await RealBao.with { address in
            try await TrialSite.with { site in
                try site.write("a: canary-5d\n", to: "file.yaml")
                for key in ["\(address)/v1/nowhere/keys/sops", "http://127.0.0.1:9/v1/transit/keys/sops"] {
                    let run = await site.trimtab("secrets", "encrypt", "--recipient", key, "file.yaml")
                    #expect(run.status == .unavailable, "\(run.errors)")
                    #expect(!run.errors.contains(RealBao.token) && !run.errors.contains("canary"))
                }
            }
        }
    }
}

/// A server in memory, on a port of its own, for as long as the closure runs.
enum RealBao {
    static let program = ProcessInfo.processInfo.environment["TRIMTAB_BAO"].flatMap { $0.isEmpty ? nil : $0 }
    static let token = "root-token-for-tests"

    static func with(_ body: (String) async throws -> Void) async throws {
        let program = try #require(program)
        let port = Int.random(in: 20_000..<30_000)
        let server = Process()
        server.executableURL = URL(fileURLWithPath: program)
        server.arguments = [
            "server", "-dev", "-dev-root-token-id=\(token)", "-dev-listen-address=127.0.0.1:\(port)",
            "-dev-no-store-token",
        ]
        server.environment = ["HOME": "/nonexistent", "PATH": "/usr/bin:/bin"]
        server.standardOutput = FileHandle.nullDevice
        server.standardError = FileHandle.nullDevice
        try server.run()
        defer {
            server.terminate()
            server.waitUntilExit()
        }
        let address = "http://127.0.0.1:\(port)"
        // The engine is there as soon as it can be made.
        let deadline = ContinuousClock.now + .seconds(30)
        while try bao(["secrets", "enable", "transit"], address).status != 0 {
            guard server.isRunning, ContinuousClock.now < deadline else { throw CocoaError(.featureUnsupported) }
        }
        #expect(try bao(["write", "-f", "transit/keys/sops"], address).status == 0)
        setenv("VAULT_TOKEN", token, 1)
        defer { unsetenv("VAULT_TOKEN") }
        try await body(address)
    }

    private static func bao(_ arguments: [String], _ address: String) throws -> TestProcess.Result {
        try TestProcess.run(
            program ?? "", arguments,
            environment: ["BAO_ADDR": address, "BAO_TOKEN": token, "HOME": "/nonexistent", "PATH": "/usr/bin:/bin"])
    }
}
