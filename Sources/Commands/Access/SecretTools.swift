// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import API
package import Manifest

/// What the assembly does for `trimtab secrets`: everything that needs keys. Plain content comes and goes as a secret.
package struct SecretTools: Sendable {
    package var encrypt: @Sendable (SecretFile, EncryptionWish) async throws(APIError) -> [UInt8]
    package var decrypt: @Sendable (SecretFile) async throws(APIError) -> Secret<[UInt8]>
    /// Gives the plain file to `change`, and encrypts what comes back; `nil` when nothing changed. What cannot be
    /// encrypted is given to it again, with the reason.
    package typealias Change = @Sendable (Secret<[UInt8]>, APIError?) async throws(APIError) -> Secret<[UInt8]>
    package var edit: @Sendable (SecretFile, _ change: @escaping Change) async throws(APIError) -> [UInt8]?
    package var rotate: @Sendable (SecretFile) async throws(APIError) -> [UInt8]
    /// By the rules of `.sops.yaml`; `nil` when the file's keys are those already.
    package var updateKeys: @Sendable (SecretFile) async throws(APIError) -> KeyUpdate?
    package var generateKey: @Sendable (_ isHybrid: Bool) throws(APIError) -> GeneratedKey
    /// Lets a person change a file, in a folder that nobody else can look into.
    package var openEditor: @Sendable (_ name: Text, Secret<[UInt8]>) async throws(APIError) -> Secret<[UInt8]>

    /// Which keys of two files have the same value, and nothing of what that is.
    package var compare: @Sendable (SecretFile, SecretFile) async throws(APIError) -> [SecretComparison]

    /// Commits these files, and nothing else, in the repository that they lie in.
    package var commit: @Sendable (_ paths: [Text], _ message: Text) async throws(APIError) -> Void

    package init(
        encrypt: @escaping @Sendable (SecretFile, EncryptionWish) async throws(APIError) -> [UInt8],
        decrypt: @escaping @Sendable (SecretFile) async throws(APIError) -> Secret<[UInt8]>,
        edit: @escaping @Sendable (SecretFile, @escaping Change) async throws(APIError) -> [UInt8]?,
        rotate: @escaping @Sendable (SecretFile) async throws(APIError) -> [UInt8],
        updateKeys: @escaping @Sendable (SecretFile) async throws(APIError) -> KeyUpdate?,
        generateKey: @escaping @Sendable (Bool) throws(APIError) -> GeneratedKey,
        openEditor: @escaping @Sendable (Text, Secret<[UInt8]>) async throws(APIError) -> Secret<[UInt8]>,
        compare: @escaping @Sendable (SecretFile, SecretFile) async throws(APIError) -> [SecretComparison],
        commit: @escaping @Sendable ([Text], Text) async throws(APIError) -> Void
    ) {
        self.encrypt = encrypt
        self.decrypt = decrypt
        self.edit = edit
        self.rotate = rotate
        self.updateKeys = updateKeys
        self.generateKey = generateKey
        self.openEditor = openEditor
        self.compare = compare
        self.commit = commit
    }

    /// For a process without an assembly.
    package static let none = SecretTools(
        encrypt: { _, _ throws(APIError) in throw missing }, decrypt: { _ throws(APIError) in throw missing },
        edit: { _, _ throws(APIError) in throw missing }, rotate: { _ throws(APIError) in throw missing },
        updateKeys: { _ throws(APIError) in throw missing }, generateKey: { _ throws(APIError) in throw missing },
        openEditor: { _, _ throws(APIError) in throw missing }, compare: { _, _ throws(APIError) in throw missing },
        commit: { _, _ throws(APIError) in throw missing })

    private static let missing = APIError(.failed, "this process has no keys")
}

/// A file to encrypt or decrypt.
package struct SecretFile: Sendable {
    /// Absolute. Decides the format unless one is given, and which rule of `.sops.yaml` fits.
    package var path: Text
    /// As the user wrote it, for messages.
    package var name: Text
    package var content: [UInt8]
    /// `yaml`, `json`, `dotenv`, `ini`, `binary`, or `age` for a whole file of age.
    package var format: Text?
    /// A file of keys besides those in the customary places.
    package var keyFile: Text?

    package init(path: Text, name: Text, content: [UInt8], format: Text?, keyFile: Text?) {
        self.path = path
        self.name = name
        self.content = content
        self.format = format
        self.keyFile = keyFile
    }
}

/// To whom, and what of a file.
package struct EncryptionWish: Sendable {
    /// `age1…`, an SSH public key, or the fingerprint of an OpenPGP key; none: as `.sops.yaml` says.
    package var recipients: [Text]
    package var encryptedRegex: Text?
    package var unencryptedRegex: Text?

    package init(recipients: [Text], encryptedRegex: Text?, unencryptedRegex: Text?) {
        self.recipients = recipients
        self.encryptedRegex = encryptedRegex
        self.unencryptedRegex = unencryptedRegex
    }
}

/// How one key of a file stands to that of another.
package struct SecretComparison: Sendable, Hashable {
    package enum State: Text, Sendable, Hashable {
        case same, differs
        case onlyInFirst = "only-in-first"
        case onlyInSecond = "only-in-second"
    }

    /// The keys that lead to it, with dots between them; empty for a file that is one value.
    package var key: Text
    package var state: State

    package init(key: Text, state: State) {
        self.key = key
        self.state = state
    }
}

package struct KeyUpdate: Sendable {
    package var content: [UInt8]
    package var added: [Text]
    package var removed: [Text]

    package init(content: [UInt8], added: [Text], removed: [Text]) {
        self.content = content
        self.added = added
        self.removed = removed
    }
}

package struct GeneratedKey: Sendable {
    package var recipient: Text
    package var secret: Secret<Text>

    package init(recipient: Text, secret: Secret<Text>) {
        self.recipient = recipient
        self.secret = secret
    }
}
