// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Crypto

/// The encrypted content: a nonce, then chunks of 64 KiB, each with a tag and numbered, the last one marked. So nothing
/// can be left out, moved, or cut off.
enum Payload {
    static let chunkLength = 64 << 10
    private static let tagLength = 16
    private static let nonceLength = 16

    static func encrypt(_ plain: [UInt8], fileKey: FileKey, into output: inout [UInt8]) throws(AgeError) {
        let nonce = SymmetricKey(size: .bits128).withUnsafeBytes { Array($0) }
        output += nonce
        let key = fileKey.derive(info: "payload", salt: nonce)
        var rest = plain[...]
        var number: UInt64 = 0
        repeat {
            let chunk = rest.prefix(chunkLength)
            rest = rest.dropFirst(chunkLength)
            do {
                let box = try ChaChaPoly.seal(
                    chunk, using: key, nonce: Self.nonce(number, isLast: rest.isEmpty))
                output += box.ciphertext
                output += box.tag
            } catch {
                throw .payload("the cipher failed")
            }
            number += 1
        } while !rest.isEmpty
    }

    static func decrypt(
        _ payload: ArraySlice<UInt8>, fileKey: FileKey, release: ([UInt8]) -> Void
    ) throws(AgeError) {
        guard payload.count >= nonceLength else { throw .header("the file ends before the payload's nonce") }
        let key = fileKey.derive(info: "payload", salt: Array(payload.prefix(nonceLength)))
        var rest = payload.dropFirst(nonceLength)
        guard !rest.isEmpty else { throw .payload("the file ends before it") }
        var number: UInt64 = 0
        while true {
            let chunk = rest.prefix(chunkLength + tagLength)
            rest = rest.dropFirst(chunkLength + tagLength)
            guard chunk.count >= tagLength else { throw .payload("the file is cut off") }
            if let plain = open(chunk, number, isLast: rest.isEmpty, key) {
                guard !plain.isEmpty || (number == 0 && rest.isEmpty) else { throw .payload("its last chunk is empty") }
                release(plain)
                if rest.isEmpty { return }
            } else if rest.isEmpty, chunk.count == chunkLength + tagLength,
                let plain = open(chunk, number, isLast: false, key)
            {
                release(plain)
                throw .payload("the file is cut off")
            } else if !rest.isEmpty, let plain = open(chunk, number, isLast: true, key) {
                release(plain)
                throw .payload("something follows its last chunk")
            } else {
                throw .payload("the file was changed")
            }
            number += 1
        }
    }

    private static func open(
        _ chunk: ArraySlice<UInt8>, _ number: UInt64, isLast: Bool, _ key: SymmetricKey
    ) -> [UInt8]? {
        guard let nonce = try? Self.nonce(number, isLast: isLast),
            let box = try? ChaChaPoly.SealedBox(
                nonce: nonce, ciphertext: chunk.dropLast(tagLength), tag: chunk.suffix(tagLength)),
            let plain = try? ChaChaPoly.open(box, using: key)
        else { return nil }
        return Array(plain)
    }

    /// 11 bytes of the chunk's number, and whether it is the last.
    private static func nonce(_ number: UInt64, isLast: Bool) throws -> ChaChaPoly.Nonce {
        var bytes = [UInt8](repeating: 0, count: 12)
        withUnsafeBytes(of: number.bigEndian) { bytes.replaceSubrange(3..<11, with: $0) }
        bytes[11] = isLast ? 1 : 0
        return try ChaChaPoly.Nonce(data: bytes)
    }
}
