// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import API
package import Manifest

/// Where a server listens.
package enum Listener: Sendable {
    /// On a unix socket. What a dead daemon left there is replaced, so the caller holds the lock on the state folder.
    case unixSocket(Text, SocketAccess = .owner)
    /// With where browsers reach it, if that is elsewhere, and with the proxies that are believed where a request comes
    /// from.
    case network(
        NetworkAddress, TLSFiles?, Identities, external: ExternalAddress? = nil, proxies: [AddressRange] = [])
}
