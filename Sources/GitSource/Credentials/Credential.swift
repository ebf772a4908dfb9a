// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import FoundationEssentials
package import Manifest
package import SystemPackage

/// What opens a repository: held by the agent as a file, named by the fleet, good for one scheme, host and port only.
///
/// The file has lines of `key=value`; blank lines and those that begin with `#` are skipped.
///
///     url=https://git.example.org          url=ssh://git@git.example.org
///     username=trimtab                     identity=forge.key
///     password=…   (or token=…)            known-hosts=forge.known_hosts
package struct Credential: Sendable {
    package enum Means: Sendable {
        /// The password itself stays in the file, which `git` is told to ask for it; here it serves only to be struck
        /// out of messages.
        case password(username: String, file: FilePath, Secret<String>)
        /// Files of the agent: a private key, and the keys of the hosts that it may be used with, unless whoever starts
        /// the agent gives them.
        case identity(file: FilePath, knownHosts: FilePath?)
    }

    package let name: Text
    /// Scheme, host and port.
    let boundTo: RepositoryAddress
    package let means: Means

    /// Refuses another scheme, host or port than those that it is bound to, and passwords in the clear.
    func check(for address: RepositoryAddress) throws(SourceFailure) {
        guard boundTo.transport == address.transport, boundTo.host == address.host,
            boundTo.effectivePort == address.effectivePort
        else {
            throw .badCredentials(
                name.string, reason: "are bound to \(boundTo.transport)://\(boundTo.authority), not to \(address)")
        }
    }

    /// The value of an `Authorization` header for a server, by HTTP's basic scheme (RFC 7617); `nil` when it is not the one
    /// that they are bound to.
    ///
    /// - Parameter places: where the server was found to be.
    package func basicAuthorization(
        for address: RepositoryAddress, at places: [NetworkAddress]
    ) throws(SourceFailure) -> Secret<String>? {
        guard boundTo.transport == address.transport, boundTo.host == address.host,
            boundTo.effectivePort == address.effectivePort
        else { return nil }
        guard address.transport == .https || !places.isEmpty && places.allSatisfy(\.isLoopback) else {
            throw .notAllowed(address, reason: "credentials are not sent in the clear")
        }
        guard case .password(let username, _, let password) = means else {
            throw .badCredentials(name.string, reason: "they are for SSH")
        }
        return password.withExposed { Secret("Basic " + base64("\(username):\($0)")) }
    }

    /// What must be struck out of every message: the password, and the forms in which it travels.
    var secrets: [String] {
        guard case .password(let username, _, let password) = means else { return [] }
        return password.withExposed { password in
            [password, base64("\(username):\(password)"), base64(password), PercentEncoding.encode(password.utf8)]
        }
    }

    private func base64(_ text: String) -> String { Data(text.utf8).base64EncodedString() }
}

extension Credential: CustomStringConvertible {
    package var description: String { "credentials \(name)" }
}
