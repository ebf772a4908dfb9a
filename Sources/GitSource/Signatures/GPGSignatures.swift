// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Model
import SystemPackage

/// `gpg` with a home that holds the trusted keys and no others. No agent, no network, no options of anybody's.
struct GPGSignatures: Sendable {
    let home: FilePath

    func importKeys(_ keys: [UInt8]) async throws(SourceFailure) {
        let outcome = try await run(["--import-options", "import-minimal", "--import"], keys)
        guard outcome.succeeded, !Status.lines(outcome.output, "IMPORT_OK").isEmpty else {
            throw .badCredentials("verify", reason: "the file of GPG keys holds no public key")
        }
    }

    func verify(_ signature: FilePath, _ payload: [UInt8], of what: String) async throws(SourceFailure) -> String {
        let outcome = try await run(["--verify", signature.string, "-"], payload)
        switch Status(parsing: outcome.output) {
        case .good(let signer) where outcome.succeeded: return signer
        case .good: throw .untrusted(what, reason: "gpg found it good and failed")
        case .refused(let reason): throw .untrusted(what, reason: reason)
        }
    }

    private func run(_ arguments: [String], _ input: [UInt8]) async throws(SourceFailure) -> Command.Outcome {
        var command = Command(
            "/usr/bin/gpg",
            [
                "--homedir", home.string, "--no-options", "--batch", "--no-tty", "--quiet", "--status-fd", "1",
                "--no-autostart", "--disable-dirmngr", "--no-auto-key-locate", "--no-auto-check-trustdb",
                "--trust-model", "always", "--weak-digest", "SHA1", "--lock-never",
            ] + arguments, environment: SignatureVerifier.variables, deadline: SignatureVerifier.deadline)
        command.input = input
        return try await command.runTool("gpg")
    }

    /// What gpg says for programs (`doc/DETAILS` of GnuPG): lines of `[GNUPG:] KEYWORD arguments`.
    enum Status: Hashable {
        case good(String)
        case refused(String)

        /// One signature, good, over a document, by a key that is neither expired nor revoked.
        init(parsing output: [UInt8]) {
            let faults = [
                ("BADSIG", "it does not match"), ("NO_PUBKEY", "its key is not among the trusted ones"),
                ("EXPKEYSIG", "its key has expired"), ("REVKEYSIG", "its key was revoked"),
                ("EXPSIG", "it has expired"), ("ERRSIG", "it cannot be checked"), ("NODATA", "it holds no signature"),
            ]
            for (keyword, reason) in faults where !Self.lines(output, keyword).isEmpty {
                self = .refused(reason)
                return
            }
            let good = Self.lines(output, "GOODSIG")
            let valid = Self.lines(output, "VALIDSIG")
            guard good.count == 1, valid.count == 1, Self.lines(output, "NEWSIG").count == 1 else {
                self = .refused("it is not one good signature")
                return
            }
            let words = valid.first?.split(separator: " ") ?? []
            guard words.count >= 9, words[8] == "00" || words[8] == "01" else {
                self = .refused("it is not over a document")
                return
            }
            let name = good.first?.split(separator: " ", maxSplits: 1).last.map(String.init) ?? ""
            self = .good(printable(name.utf8))
        }

        /// The arguments of every line with this keyword.
        static func lines(_ output: [UInt8], _ keyword: String) -> [String] {
            let prefix = Array("[GNUPG:] \(keyword)".utf8)
            return output.split(separator: 0x0A).compactMap { line in
                guard line.starts(with: prefix) else { return nil }
                let rest = line.dropFirst(prefix.count)
                guard rest.isEmpty || rest.first == 0x20 else { return nil }
                return String(decoding: rest.dropFirst(), as: UTF8.self)
            }
        }
    }
}
