// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

/// Why a file could not be decrypted or encrypted, or a key not be read. Never holds anything secret.
package enum AgeError: Error, Sendable, Hashable {
    /// The header is not as the format has it.
    case header(String)
    /// The header was changed after it was written, or the file key is another.
    case headerMAC
    /// The payload was changed, cut off or added to.
    case payload(String)
    /// The armor is not as the format has it.
    case armor(String)
    /// None of the keys opens the file; the types of the recipients that it is encrypted to.
    case noMatch(recipients: [String])
    /// A text is no key, or a key cannot be used.
    case key(String)
    /// Something that the format knows and we do not do, and why.
    case unsupported(String)
}

extension AgeError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .header(let reason): "the age header is malformed: \(reason)"
        case .headerMAC: "the age header does not match its authentication code"
        case .payload(let reason): "the age payload cannot be decrypted: \(reason)"
        case .armor(let reason): "the age armor is malformed: \(reason)"
        case .noMatch(let recipients):
            "no key opens the age file (it is encrypted to \(recipients.joined(separator: ", ")))"
        case .key(let reason): reason
        case .unsupported(let reason): reason
        }
    }
}
