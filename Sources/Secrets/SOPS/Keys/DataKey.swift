// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Age
import Crypto
import Manifest

/// The keys at hand, and the programs and servers that hold others.
package struct KeyRing: Sendable {
    /// Keys of age.
    package var identities: [Identity]
    /// Each asks a `gpg` with keys of its own; they are asked in turn, and the first encrypts.
    package var openPGPs: [OpenPGP]
    /// Asks a transit engine; `nil` without a token.
    package var transit: Transit?

    package init(identities: [Identity] = [], openPGP: OpenPGP? = nil, transit: Transit? = nil) {
        self.identities = identities
        openPGPs = openPGP.map { [$0] } ?? []
        self.transit = transit
    }

    package var isEmpty: Bool { identities.isEmpty && openPGPs.isEmpty && transit == nil }
}

/// The key that the values of one file are encrypted with.
enum DataKey {
    static func random() -> Secret<[UInt8]> {
        Secret(SymmetricKey(size: .bits256).withUnsafeBytes { Array($0) })
    }

    static func open(_ metadata: SOPSMetadata, with ring: KeyRing) async throws(SecretsError) -> Secret<[UInt8]> {
        var parts: [Secret<[UInt8]>] = []
        var failures: [SecretsError] = []
        var asking = Asking()
        let wanted = metadata.groups.count > 1 ? metadata.threshold : 1
        for group in metadata.groups where parts.count < wanted {
            switch await openPart(group, with: ring, &asking) {
            case .success(let part): parts.append(part)
            case .failure(let failed): failures += failed.all
            }
        }
        guard parts.count >= wanted else {
            let reasons = failures.map(\.reason).joined(separator: "; ")
            let need = metadata.groups.count > 1 ? "\(parts.count) of \(wanted) needed key groups opened: " : ""
            // One that is away now may open it later.
            let isAway = failures.contains { $0.code == .away }
            throw SecretsError(isAway ? .away : .noKey, "no key opens the file: \(need)\(reasons)")
        }
        return metadata.groups.count > 1 ? try Shamir.combine(parts) : parts[0]
    }

    /// Encrypts the data key, or its parts, with all master keys.
    static func wrap(
        _ key: Secret<[UInt8]>, in metadata: inout SOPSMetadata, with ring: KeyRing, now: Text
    ) async throws(SecretsError) {
        let groups = metadata.groups
        let parts =
            groups.count > 1 ? Shamir.split(key, parts: groups.count, threshold: metadata.threshold) : [key]
        for (number, part) in zip(groups.indices, parts) {
            guard !groups[number].isEmpty else { throw SecretsError(.malformed, "key group \(number + 1) has no keys") }
            for index in groups[number].indices {
                metadata.groups[number][index] = try await wrap(part, groups[number][index], with: ring, now: now)
            }
        }
    }

    private static func wrap(
        _ part: Secret<[UInt8]>, _ key: MasterKey, with ring: KeyRing, now: Text
    ) async throws(SecretsError) -> MasterKey {
        var key = key
        key.created = now
        switch key.kind {
        case .age(let recipient): key.encrypted = try wrap(part, age: recipient)
        case .pgp(let fingerprint):
            guard let openPGP = ring.openPGPs.first else {
                throw SecretsError(.noKey, "\(key.kind): there is no gpg to ask")
            }
            key.encrypted = try await openPGP.encrypt(part, to: fingerprint)
        case .transit(let transit):
            guard let client = ring.transit else { throw SecretsError(.noKey, "\(key.kind): no token is at hand") }
            key.encrypted = try await client.encrypt(part, with: transit)
        case .other(let kind, _): throw SecretsError(.unsupported, "keys of \(kind) are not supported")
        }
        return key
    }

    private static func wrap(_ part: Secret<[UInt8]>, age recipient: Text) throws(SecretsError) -> Text {
        do {
            let recipient = try Recipient(parsing: recipient)
            let file = try part.withExposed { part throws(AgeError) in
                try Age.encrypt(part, to: [recipient], armored: true)
            }
            return Text(String(decoding: file, as: UTF8.self))
        } catch {
            throw SecretsError(.noKey, "\(error)")
        }
    }

    private struct Failures: Error {
        var all: [SecretsError]
    }

    /// What programs and servers were asked for one file. A stranger's file must not have them asked without end.
    private struct Asking {
        /// Keys that they are asked for, at most.
        static let limit = 100

        var keys = 0
        /// Whether gpg did not answer in time: it would not do so for another key.
        var isPGPAway = false
    }

    private static func openPart(
        _ group: SOPSMetadata.KeyGroup, with ring: KeyRing, _ asking: inout Asking
    ) async -> Result<Secret<[UInt8]>, Failures> {
        var failures: [SecretsError] = []
        // What needs no program and no network first.
        for key in group.sorted(by: { $0.kind.cost < $1.kind.cost }) {
            if key.kind.isPGP, asking.isPGPAway { continue }
            if key.kind.isAsked {
                guard asking.keys < Asking.limit else {
                    failures.append(
                        SecretsError(.noKey, "programs and servers are asked for no more than \(Asking.limit) keys"))
                    break
                }
                asking.keys += 1
            }
            do throws(SecretsError) {
                return .success(try await open(key, with: ring))
            } catch {
                if key.kind.isPGP, error.code == .away { asking.isPGPAway = true }
                failures.append(SecretsError(error.code, "\(key.kind): \(error.reason)"))
            }
        }
        return .failure(Failures(all: failures))
    }

    private static func open(_ key: MasterKey, with ring: KeyRing) async throws(SecretsError) -> Secret<[UInt8]> {
        switch key.kind {
        case .age: return try open(age: key.encrypted, with: ring.identities)
        case .pgp:
            var failure = SecretsError(.noKey, "there is no gpg to ask")
            for openPGP in ring.openPGPs {
                do throws(SecretsError) { return try await openPGP.decrypt(key.encrypted) } catch { failure = error }
            }
            throw failure
        case .transit(let transit):
            guard let client = ring.transit else { throw SecretsError(.noKey, "no token is at hand") }
            return try await client.decrypt(key.encrypted, with: transit)
        case .other(let kind, _): throw SecretsError(.unsupported, "keys of \(kind) are not supported")
        }
    }

    private static func open(age file: Text, with identities: [Identity]) throws(SecretsError) -> Secret<[UInt8]> {
        guard !identities.isEmpty else { throw SecretsError(.noKey, "no age key is at hand") }
        do throws(AgeError) {
            return try Age.decrypt(Array(file.utf8), with: identities)
        } catch {
            guard case .noMatch = error else { throw SecretsError(.tampered, "\(error)") }
            throw SecretsError(.noKey, "none of the age keys at hand is for it")
        }
    }
}

extension MasterKey.Kind {
    fileprivate var isPGP: Bool {
        if case .pgp = self { true } else { false }
    }

    /// Whether a program or a server holds it.
    fileprivate var isAsked: Bool {
        switch self {
        case .pgp, .transit: true
        case .age, .other: false
        }
    }

    fileprivate var cost: Int {
        switch self {
        case .age: 0
        case .pgp: 1
        case .transit: 2
        case .other: 3
        }
    }
}
