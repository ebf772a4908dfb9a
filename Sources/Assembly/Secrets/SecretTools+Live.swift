// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Age
import Commands
import Manifest
import Model
import Secrets

extension SecretTools {
    /// The real ones, with the keys of whoever runs this process.
    static let live = SecretTools(
        encrypt: { file, wish throws(APIError) in try await SecretJob(file).encrypt(wish) },
        decrypt: { file throws(APIError) in try await SecretJob(file).decrypt() },
        edit: { file, change throws(APIError) in try await SecretJob(file).edit(change) },
        rotate: { file throws(APIError) in try await SecretJob(file).rotate() },
        updateKeys: { file throws(APIError) in try await SecretJob(file).updateKeys() },
        generateKey: { isHybrid throws(APIError) in
            do throws(AgeError) {
                let identity = try Identity.generate(isHybrid: isHybrid)
                guard let secret = identity.secretText else { throw .key("no key could be made") }
                return GeneratedKey(recipient: Text("\(identity.recipient)"), secret: secret)
            } catch {
                throw APIError(.failed, Text("\(error)"))
            }
        },
        openEditor: { name, plain throws(APIError) in try await PrivateEditor.edit(plain, named: name) },
        compare: { first, second throws(APIError) in
            SecretComparison.of(try await SecretJob(first).leaves(), try await SecretJob(second).leaves())
        },
        commit: { paths, message throws(APIError) in try await GitCommit.commit(paths, message) })
}

/// One file that is encrypted, decrypted or both.
struct SecretJob: Sendable {
    private enum Format {
        case age
        case sops(SOPS.Format)
    }

    private let file: SecretFile
    private let format: Format
    private let now: Text

    init(_ file: SecretFile) throws(APIError) {
        self.file = file
        // The authentication code is bound to a time of whole seconds.
        now = Text(String(Clocks.system.wall().description.prefix(19)) + "Z")
        switch file.format {
        case "age": format = .age
        case let name?:
            guard let known = SOPS.Format(rawValue: name.string) else {
                let all = SOPS.Format.allCases.map(\.rawValue).joined(separator: ", ")
                throw APIError(.invalid, "there is no format \(name)", advice: Text("known are \(all), age"))
            }
            format = .sops(known)
        case nil:
            let isAge = file.path.string.hasSuffix(".age") || Age.isEncrypted(file.content)
            format = isAge ? .age : .sops(SOPS.Format(ofFile: file.path))
        }
    }

    // MARK: What is done

    func encrypt(_ wish: EncryptionWish) async throws(APIError) -> [UInt8] {
        try await named { () throws(SecretsError) in
            let ring = try KeyRing.ofUser(keyFile: file.keyFile)
            guard case .sops(let format) = format else { return try Self.encrypt(age: file.content, wish) }
            let metadata =
                wish.recipients.isEmpty
                ? try Self.adjust(try RulesFile.rule(for: file.path), wish) : try Self.metadata(wish)
            return try await SOPS.encrypt(file.content, format, metadata, with: ring, now: now)
        }
    }

    func decrypt() async throws(APIError) -> Secret<[UInt8]> {
        try await named { () throws(SecretsError) in
            let ring = try KeyRing.ofUser(keyFile: file.keyFile)
            switch format {
            case .sops(let format): return try await SOPS.decrypt(file.content, format, with: ring).bytes()
            case .age:
                do throws(AgeError) { return try Age.decrypt(file.content, with: ring.identities) } catch {
                    throw SecretsError(error)
                }
            }
        }
    }

    /// A file of age is one value.
    func leaves() async throws(APIError) -> [[Text]: [Secret<[UInt8]>]] {
        guard case .sops(let format) = format else { return [[]: [try await decrypt()]] }
        return try await named { () throws(SecretsError) in
            try await SOPS.decrypt(file.content, format, with: try KeyRing.ofUser(keyFile: file.keyFile)).leaves
        }
    }

    func edit(_ change: SecretTools.Change) async throws(APIError) -> [UInt8]? {
        guard case .sops(let format) = format else {
            throw APIError(
                .invalid, "\(file.name): a file of age does not say to whom it is encrypted",
                advice: "decrypt it, change it and encrypt it again")
        }
        let old = try await named { () throws(SecretsError) in
            try await SOPS.decrypt(file.content, format, with: try KeyRing.ofUser(keyFile: file.keyFile))
        }
        let plain = try await named { () throws(SecretsError) in try old.bytes() }
        var problem: APIError?
        var current = plain
        while true {
            current = try await change(current, problem)
            if current == plain { return nil }
            do throws(APIError) {
                let changed = current
                return try await named { () throws(SecretsError) in
                    try SOPS.encrypt(changed.withExposed { $0 }, format, replacing: old, now: now)
                }
            } catch {
                problem = error
            }
        }
    }

    func rotate() async throws(APIError) -> [UInt8] {
        let format = try structured
        return try await named { () throws(SecretsError) in
            try await SOPS.rotate(file.content, format, with: try KeyRing.ofUser(keyFile: file.keyFile), now: now)
        }
    }

    func updateKeys() async throws(APIError) -> KeyUpdate? {
        let format = try structured
        return try await named { () throws(SecretsError) in
            let wanted = try RulesFile.rule(for: file.path)
            let present = try SOPS.metadata(file.content, format)
            let (old, new) = (present.keyNames, wanted.keyNames)
            guard old != new || present.threshold != wanted.threshold else { return nil }
            let content = try await SOPS.updateKeys(
                file.content, format, to: wanted, with: try KeyRing.ofUser(keyFile: file.keyFile), now: now)
            let (before, after) = (Set(old.joined()), Set(new.joined()))
            return KeyUpdate(
                content: content, added: after.subtracting(before).sorted(), removed: before.subtracting(after).sorted()
            )
        }
    }

    // MARK: To whom

    private var structured: SOPS.Format {
        get throws(APIError) {
            guard case .sops(let format) = format else {
                throw APIError(
                    .invalid, "\(file.name): only files of SOPS can be rotated and have their keys updated",
                    advice: "decrypt it and encrypt it again")
            }
            return format
        }
    }

    private static func encrypt(age plain: [UInt8], _ wish: EncryptionWish) throws(SecretsError) -> [UInt8] {
        do throws(AgeError) {
            guard !wish.recipients.isEmpty else { throw .key("name at least one --recipient") }
            var recipients: [Recipient] = []
            for text in wish.recipients { recipients.append(try Recipient(parsing: text)) }
            return try Age.encrypt(plain, to: recipients, armored: true)
        } catch {
            throw SecretsError(error)
        }
    }

    private static func metadata(_ wish: EncryptionWish) throws(SecretsError) -> SOPSMetadata {
        let keys = wish.recipients.map { text in
            Hex.decode(text.string) != nil
                ? MasterKey(.pgp(fingerprint: text))
                : TransitKey(parsing: text).map { MasterKey(.transit($0)) } ?? MasterKey(.age(recipient: text))
        }
        return try adjust(SOPSMetadata(groups: [keys], rule: .standard, macOnlyEncrypted: false), wish)
    }

    /// What the command line says goes before what a rule says.
    private static func adjust(_ metadata: SOPSMetadata, _ wish: EncryptionWish) throws(SecretsError) -> SOPSMetadata {
        var fields = Object()
        if let regex = wish.encryptedRegex { fields["encrypted_regex"] = .string(regex) }
        if let regex = wish.unencryptedRegex { fields["unencrypted_regex"] = .string(regex) }
        guard !fields.isEmpty else { return metadata }
        var metadata = metadata
        metadata.rule = try EncryptionRule(in: .object(fields))
        return metadata
    }

    // MARK: Errors

    private func named<Result>(
        _ body: () async throws(SecretsError) -> Result
    ) async throws(APIError) -> Result {
        do throws(SecretsError) { return try await body() } catch {
            throw APIError(error, of: file.name)
        }
    }
}

extension APIError {
    init(_ error: SecretsError, of name: Text) {
        let code: Code =
            switch error.code {
            case .state: .conflict
            case .keyService, .away: .unavailable
            case .malformed, .noKey, .tampered, .unsupported: .failed
            }
        self.init(code, "\(name): \(error.reason)", advice: error.advice.map { Text($0) })
    }
}

extension SecretsError {
    init(_ error: AgeError) {
        let code: Code =
            switch error {
            case .noMatch, .key: .noKey
            case .headerMAC, .payload: .tampered
            case .header, .armor: .malformed
            case .unsupported: .unsupported
            }
        self.init(code, "\(error)")
    }
}

extension SOPSMetadata {
    /// What opens a file, group by group.
    fileprivate var keyNames: [[Text]] { groups.map { $0.map { Text("\($0.kind)") }.sorted() } }
}
