// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Age
import BenchmarkSupport
import Dispatch
import Foundation
import Manifest
import Secrets
import Synchronization

/// Decrypting 1,000 files of SOPS in this process on one thread, beside as many runs of the real `sops`; and one file as
/// a whole process. `TRIMTAB_SOPS` names the peer.
enum SecretsBenchmark {
    private static let count = 1000

    private struct Mismatch: Error {}

    static func run() throws {
        let environment = ProcessInfo.processInfo.environment
        let folder = scratch
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let identity = try Identity.generate()
        let ring = KeyRing(identities: [identity])
        let files = try blocking { try await encrypted(to: identity, ring) }
        guard let secret = identity.secretText else { throw Mismatch() }
        let key = folder + "/key.txt"
        try secret.withExposed { try Data("\($0)\n".utf8).write(to: URL(fileURLWithPath: key)) }
        for (index, file) in files.enumerated() {
            try Data(file).write(to: URL(fileURLWithPath: "\(folder)/\(index).yaml"))
        }

        var runs: [Duration] = []
        for _ in 0..<5 {
            let began = ContinuousClock.now
            let right = try blocking { try await decryptAll(files, ring) }
            runs.append(ContinuousClock.now - began)
            guard right == count else { throw Mismatch() }
        }
        let own = runs.median
        print("| \(count) files of SOPS, \(files[0].count) bytes each | wall | files a second |\n|---|---|---|")
        print(row("Trimtab, in process, one thread, median of 5", own))

        let variables = ["SOPS_AGE_KEY_FILE": key, "HOME": folder, "SOPS_DISABLE_VERSION_CHECK": "1"]
        guard let sops = environment["TRIMTAB_SOPS"], !sops.isEmpty else {
            return print("\nTRIMTAB_SOPS names no sops: nothing to compare with")
        }
        let began = ContinuousClock.now
        for index in 0..<count {
            _ = try Child.run(
                [sops, "decrypt", "\(folder)/\(index).yaml"], variables: variables, output: "\(folder)/out")
        }
        print(row("sops decrypt, \(count) runs", ContinuousClock.now - began))

        guard let program = environment["TRIMTAB"], !program.isEmpty else { return }
        var ours: [Duration] = []
        var theirs: [Duration] = []
        for index in 0..<50 {
            let file = "\(folder)/\(index).yaml"
            ours.append(
                try Child.run([program, "secrets", "decrypt", file], variables: variables, output: "\(folder)/out").wall
            )
            theirs.append(try Child.run([sops, "decrypt", file], variables: variables, output: "\(folder)/out").wall)
        }
        print("\n| one file, as a process, 50 runs in turn | median | 90 % below |\n|---|---|---|")
        for (name, list) in [("trimtab secrets decrypt", ours), ("sops decrypt", theirs)] {
            print("| \(name) | \(list.median.inMilliseconds) | \(list.percentile(90).inMilliseconds) |")
        }
    }

    private static func row(_ name: String, _ time: Duration) -> String {
        "| \(name) | \(time.inSeconds) | \(Int(Double(count) / (time / .seconds(1)))) |"
    }

    private static func encrypted(to identity: Identity, _ ring: KeyRing) async throws -> [[UInt8]] {
        let metadata = SOPSMetadata(
            groups: [[MasterKey(.age(recipient: Text("\(identity.recipient)")))]],
            rule: try EncryptionRule(in: ["encrypted_regex": "^(data|stringData)$"]), macOnlyEncrypted: false)
        var files: [[UInt8]] = []
        for index in 0..<count {
            let plain = """
                apiVersion: v1
                kind: Secret
                metadata:
                  name: database-\(index)
                  namespace: shop
                stringData:
                  user: shop-\(index)
                  password: \(Hex.encode((0..<16).map { _ in UInt8.random(in: 0...255) }))
                  url: postgres://db-\(index).example.org/shop

                """
            files.append(
                try await SOPS.encrypt(Array(plain.utf8), .yaml, metadata, with: ring, now: "2026-01-02T03:04:05Z"))
        }
        return files
    }

    /// How many of them say what they should.
    private static func decryptAll(_ files: [[UInt8]], _ ring: KeyRing) async throws -> Int {
        var right = 0
        for (index, file) in files.enumerated() {
            let values = try await SOPS.decrypt(file, .yaml, with: ring).values()
            if values[0]["stringData"]?["user"] == .secret(Secret(Text("shop-\(index)"))) { right += 1 }
        }
        return right
    }

    /// Benchmarks run on the main thread and know no tasks.
    private static func blocking<Result: Sendable>(
        _ body: @escaping @Sendable () async throws -> Result
    ) throws -> Result {
        let outcome = Outcome<Result>()
        let done = DispatchSemaphore(value: 0)
        Task.detached {
            do {
                let result = try await body()
                outcome.result.withLock { $0 = .success(result) }
            } catch {
                outcome.result.withLock { $0 = .failure(error) }
            }
            done.signal()
        }
        done.wait()
        guard let result = outcome.result.withLock({ $0 }) else { throw Mismatch() }
        return try result.get()
    }

    private final class Outcome<Value: Sendable>: Sendable {
        let result = Mutex<Result<Value, any Error>?>(nil)
    }
}
