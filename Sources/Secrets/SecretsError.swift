// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// Why something could not be encrypted or decrypted. Never holds a plain value.
package struct SecretsError: Error, Sendable, Hashable {
    package enum Code: Sendable, Hashable {
        /// The file is not as its format has it.
        case malformed
        /// It is not encrypted, and should be; or is already, and should not.
        case state
        /// None of the keys at hand opens it.
        case noKey
        /// It was changed after it was encrypted.
        case tampered
        /// Something that we do not do.
        case unsupported
        /// A program or server that holds keys failed.
        case keyService
        /// A server that holds keys does not answer just now.
        case away
    }

    package var code: Code
    /// What is wrong, without a final full stop.
    package var reason: String
    /// What to do, where we know.
    package var advice: String?

    package init(_ code: Code, _ reason: String, advice: String? = nil) {
        self.code = code
        self.reason = reason
        self.advice = advice
    }

    init(_ error: ReadingError) {
        self.init(
            .malformed, ReadingError(position: error.position, reason: error.reason).description, advice: error.advice)
    }
}

extension SecretsError: CustomStringConvertible {
    package var description: String { advice.map { "\(reason) (\($0))" } ?? reason }
}
