// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

/// Which repositories may be reached at all: the operator's word, given when the agent starts.
package struct AddressPolicy: Sendable, Hashable {
    /// Local paths and `file:` URLs: they are read with the agent's own rights.
    package var allowsLocalPaths: Bool
    /// Plain HTTP, where anyone on the way can read and change what is sent. Never with credentials, except to this
    /// machine itself.
    package var allowsPlainHTTP: Bool

    package init(allowsLocalPaths: Bool = false, allowsPlainHTTP: Bool = false) {
        self.allowsLocalPaths = allowsLocalPaths
        self.allowsPlainHTTP = allowsPlainHTTP
    }

    package func check(_ address: RepositoryAddress) throws(SourceFailure) {
        switch address.transport {
        case .file where !allowsLocalPaths: throw .notAllowed(address, reason: "it is a local path")
        case .http where !allowsPlainHTTP:
            throw .notAllowed(address, reason: "plain HTTP can be read and changed on the way")
        default: return
        }
    }
}
