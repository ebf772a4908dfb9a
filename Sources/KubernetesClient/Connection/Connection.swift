// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// How to reach a cluster, and as whom.
package struct Connection: Sendable {
    package var server: ServerAddress
    /// PEM; `nil` for the machine's own authorities.
    package var authorities: Credential.Material?
    /// The name that the server's certificate must have, when not that of the address.
    package var serverName: Text?
    /// False only where the kubeconfig says so in as many words.
    package var verifiesServer: Bool
    package var proxy: ProxyAddress?
    package var credential: Credential
    /// As whom all requests are made that do not say otherwise.
    package var impersonation: Impersonation?
    /// The namespace that the context names.
    package var namespace: Text?

    package init(
        server: ServerAddress, authorities: Credential.Material? = nil, serverName: Text? = nil,
        verifiesServer: Bool = true,
        proxy: ProxyAddress? = nil, credential: Credential = Credential(), impersonation: Impersonation? = nil,
        namespace: Text? = nil
    ) {
        self.server = server
        self.authorities = authorities
        self.serverName = serverName
        self.verifiesServer = verifiesServer
        self.proxy = proxy
        self.credential = credential
        self.impersonation = impersonation
        self.namespace = namespace
    }
}

/// What proves who we are.
package struct Credential: Sendable {
    /// Bytes that lie in the kubeconfig, or in a file that may be exchanged.
    package enum Material: Sendable {
        case inline(Secret<[UInt8]>)
        case file(Text)
    }

    package enum Bearer: Sendable {
        case token(Secret<Text>)
        case tokenFile(Text)
        /// A program of the operator's that prints a token or a certificate.
        case program(ExecPlugin)
    }

    /// PEM.
    package var certificate: (chain: Material, key: Material)?
    package var bearer: Bearer?

    package init(certificate: (chain: Material, key: Material)? = nil, bearer: Bearer? = nil) {
        self.certificate = certificate
        self.bearer = bearer
    }
}
