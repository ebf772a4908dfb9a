// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import GitSource
import Helm
import Manifest
import NIOPosix
package import SystemPackage

/// What must hold of a server before anything is sent to it: the same as of one that serves repositories of Git.
package struct ChartServers: Sendable {
    package var policy: AddressPolicy
    package var credentials: CredentialStore?
    /// Certificates of authorities, instead of the system's.
    package var authorities: FilePath?
    private let resolver = Resolver.system(threads: .singleton)

    package init(
        policy: AddressPolicy = AddressPolicy(), credentials: CredentialStore? = nil, authorities: FilePath? = nil
    ) {
        self.policy = policy
        self.credentials = credentials
        self.authorities = authorities
    }

    /// A server as it may be asked for one file.
    struct Access: Sendable {
        /// An address to connect to, for its name; `nil` where the name is one.
        var place: String?
        /// The value of a header; `nil` where none is to be sent.
        var authorization: Secret<String>?
    }

    /// - Parameter name: of credentials; they are used only for the server that they are bound to.
    func access(to address: ChartAddress, by name: Text?) async throws(HelmError) -> Access {
        do throws(SourceFailure) {
            let server = try Self.server(of: address)
            try policy.check(server)
            let places = try await resolver.resolve(server)
            let place = places.first { !$0.text.contains(":") } ?? places.first
            return Access(
                place: place.flatMap { $0.text == server.host ? nil : $0.text },
                authorization: try await authorization(name, server, places))
        } catch {
            throw .repository(Text(address.text), reason: "\(error)", isTransient: error.isTransient)
        }
    }

    private func authorization(
        _ name: Text?, _ server: RepositoryAddress, _ places: [NetworkAddress]
    ) async throws(SourceFailure) -> Secret<String>? {
        guard let name else { return nil }
        guard let credentials else {
            throw .badCredentials(name.string, reason: "there is no folder of credentials here")
        }
        do {
            let credential = try await NIOThreadPool.singleton.runIfActive { try credentials.credential(name) }
            return try credential.basicAuthorization(for: server, at: places)
        } catch let error as SourceFailure {
            throw error
        } catch {
            throw .failed(reason: "\(error)")
        }
    }

    /// Addresses of files may have queries, which those of repositories have not.
    private static func server(of address: ChartAddress) throws(SourceFailure) -> RepositoryAddress {
        if let whole = try? RepositoryAddress(parsing: Text(address.text)) { return whole }
        return try RepositoryAddress(parsing: Text(address.origin + "/."))
    }
}
