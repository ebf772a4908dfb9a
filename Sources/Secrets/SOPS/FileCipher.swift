// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Crypto
import Manifest

/// Encrypts or decrypts all values of a file that its rule names, and computes the code over them.
struct FileCipher {
    private let leaves: LeafCipher
    private var judge: RuleJudge
    private let macOnlyEncrypted: Bool
    private var hash = SHA512()
    private(set) var replacements: [Int: Replacement] = [:]

    /// Sets codes over the encrypted values only apart from those over all: SHA-256 of `sops`.
    private static let onlyEncryptedStart = Array(SHA256.hash(data: Array("sops".utf8)))

    init(_ dataKey: Secret<[UInt8]>, _ metadata: SOPSMetadata) throws(SecretsError) {
        leaves = try LeafCipher(dataKey)
        judge = RuleJudge(metadata.rule)
        macOnlyEncrypted = metadata.macOnlyEncrypted
        if macOnlyEncrypted { hash.update(data: Self.onlyEncryptedStart) }
    }

    /// Of the values that were walked so far: 128 upper-case hexadecimal digits.
    var mac: [UInt8] { Array(Hex.encode(Array(hash.finalize())).uppercased().utf8) }

    func encryptedMAC(lastModified: Text) throws(SecretsError) -> Text {
        Text(try leaves.encrypt(mac, type: "str", place: Array(lastModified.utf8)))
    }

    func check(_ metadata: SOPSMetadata) throws(SecretsError) {
        guard let leaf = EncryptedLeaf(metadata.mac.string),
            let mac = leaves.open(leaf, place: Array(metadata.lastModified.utf8))
        else { throw SecretsError(.tampered, "the file's authentication code cannot be decrypted") }
        guard Secret(mac) == Secret(self.mac) else {
            throw SecretsError(
                .tampered, "the file was changed after it was encrypted: its authentication code differs")
        }
    }

    // MARK: Decrypting

    mutating func decrypt(_ items: [FileItem]) throws(SecretsError) {
        var neighbours = LeafNeighbours(items)
        for (index, item) in items.enumerated() {
            switch item {
            case .enter: judge.enter()
            case .leave: judge.leave()
            case .comment(let slot, let path, let text):
                judge.note(comment: text)
                if let plain = decrypt(comment: text, in: path, between: &neighbours, at: index) {
                    replacements[slot] = .comment(plain)
                }
            case .leaf(let slot, let path, let scalar):
                let isEncrypted = judge.isEncrypted(path, isComment: false)
                let plain = isEncrypted ? try decrypt(scalar, path) : scalar
                if isEncrypted { replacements[slot] = .plain(plain) }
                if isEncrypted || !macOnlyEncrypted { hash.update(data: plain.bytes) }
                judge.endValue()
            }
        }
    }

    private func decrypt(_ scalar: Scalar, _ path: [Text]) throws(SecretsError) -> Scalar {
        // Empty texts are left as they are.
        if case .string(let bytes) = scalar, bytes.isEmpty { return scalar }
        let name = path.map(\.string).joined(separator: ".")
        guard case .string(let bytes) = scalar, let text = String(validating: bytes, as: UTF8.self),
            let leaf = EncryptedLeaf(text)
        else { throw SecretsError(.tampered, "\(name): this value should be encrypted, and is not") }
        guard let plain = leaves.open(leaf, place: LeafCipher.place(path)) else {
            throw SecretsError(
                .tampered, "\(name): this value was changed or moved after it was encrypted, or its key is another")
        }
        return try Scalar(plain, type: leaf.type)
    }

    /// Readers do not agree on which map or list a comment belongs to, so all that it may belong to are tried.
    private func decrypt(
        comment: Text, in path: [Text], between neighbours: inout LeafNeighbours, at index: Int
    ) -> Text? {
        let trimmed = comment.string.trimmingPrefix(" ")
        guard let leaf = EncryptedLeaf(String(trimmed)), leaf.type == "comment" else { return nil }
        let (before, behind) = neighbours.around(index)
        for place in Self.places(in: path, before: before, behind: behind) {
            if let plain = leaves.open(leaf, place: place), let text = Text(utf8: plain) { return text }
        }
        return nil
    }

    private static func places(in path: [Text], before: [Text]?, behind: [Text]?) -> [[UInt8]] {
        var places = [LeafCipher.place(path)]
        func add(_ path: [Text]) {
            for count in (0...path.count).reversed() {
                let place = LeafCipher.place(path.prefix(count))
                if !places.contains(place) { places.append(place) }
            }
        }
        behind.map(add)
        before.map(add)
        add(path)
        return places
    }

    // MARK: Encrypting

    /// - Parameter known: encrypted values of the same data key, by place and plain value. What did not change keeps its
    ///   text, so that a difference shows what did.
    mutating func encrypt(_ items: [FileItem], known: inout KnownLeaves) throws(SecretsError) {
        for item in items {
            switch item {
            case .enter: judge.enter()
            case .leave: judge.leave()
            case .comment(let slot, let path, let text):
                judge.note(comment: text)
                guard judge.isEncrypted(path, isComment: true), !text.isEmpty else { continue }
                replacements[slot] = .encrypted(
                    try encrypt(
                        KnownLeaf(place: LeafCipher.place(path), type: "comment", plain: Array(text.utf8)), &known))
            case .leaf(let slot, let path, let scalar):
                let isEncrypted = judge.isEncrypted(path, isComment: false)
                let bytes = scalar.bytes
                if isEncrypted || !macOnlyEncrypted { hash.update(data: bytes) }
                if isEncrypted, scalar != .string([]) {
                    let leaf = KnownLeaf(place: LeafCipher.place(path), type: scalar.typeName, plain: bytes)
                    replacements[slot] = .encrypted(try encrypt(leaf, &known))
                }
                judge.endValue()
            }
        }
    }

    private func encrypt(_ leaf: KnownLeaf, _ known: inout KnownLeaves) throws(SecretsError) -> String {
        if let text = known.take(leaf) { return text }
        return try leaves.encrypt(leaf.plain, type: leaf.type, place: leaf.place)
    }

    /// What the values of an encrypted file are, for ``encrypt(_:known:)``.
    static func known(_ items: [FileItem], _ plain: [Int: Replacement]) -> KnownLeaves {
        var known = KnownLeaves()
        for item in items {
            switch item {
            case .leaf(let slot, let path, .string(let bytes)):
                guard case .plain(let scalar)? = plain[slot] else { continue }
                let leaf = KnownLeaf(place: LeafCipher.place(path), type: scalar.typeName, plain: scalar.bytes)
                known.add(leaf, String(decoding: bytes, as: UTF8.self))
            case .comment(let slot, let path, let text):
                guard case .comment(let comment)? = plain[slot] else { continue }
                let leaf = KnownLeaf(place: LeafCipher.place(path), type: "comment", plain: Array(comment.utf8))
                known.add(leaf, String(text.string.trimmingPrefix(" ")))
            default: break
            }
        }
        return known
    }
}

/// The encrypted texts of a file's values. Each is given out once, so that equal items of a list stay as they are.
struct KnownLeaves {
    private var texts: [KnownLeaf: ArraySlice<String>] = [:]

    mutating func add(_ leaf: KnownLeaf, _ text: String) { texts[leaf, default: []].append(text) }

    mutating func take(_ leaf: KnownLeaf) -> String? {
        // In place: of equal items there may be many.
        texts[leaf]?.popFirst()
    }
}

/// A plain value and what its encryption depends on besides the key.
struct KnownLeaf: Hashable {
    var place: [UInt8]
    var type: String
    var plain: [UInt8]
}
