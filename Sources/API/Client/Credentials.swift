// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// What a client shows to a server on the network, and how it knows that server.
package struct Credentials: Sendable, Hashable {
    package var token: Secret<Text>
    /// A file of PEM certificates that may vouch for the server, instead of those that the system trusts.
    package var authorities: Text?

    package init(token: Secret<Text>, authorities: Text? = nil) {
        self.token = token
        self.authorities = authorities
    }
}

/// A server on the network and how to sign in there.
package struct RemoteEngine: Sendable, Hashable {
    /// `https://hub.example.org:8443`
    package var server: Text
    package var credentials: Credentials

    package init(server: Text, credentials: Credentials) {
        self.server = server
        self.credentials = credentials
    }

    package var endpoint: Endpoint { .network(server) }

    /// The address of a server as people write it, without a final slash. Plain HTTP is for this machine alone, since a
    /// token would cross the network in the open.
    package static func address(_ text: Text) throws(APIError) -> Text {
        var bytes = Array(text.utf8)[...]
        while bytes.last == UInt8(ascii: "/") { bytes = bytes.dropLast() }
        let (https, http) = (Array("https://".utf8), Array("http://".utf8))
        let isSecure = bytes.starts(with: https)
        let authority = bytes.dropFirst(isSecure ? https.count : bytes.starts(with: http) ? http.count : bytes.count)
        let isPlain = authority.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: ":"),
                UInt8(ascii: "["), UInt8(ascii: "]"):
                true
            default: false
            }
        }
        guard !authority.isEmpty, isPlain, let address = Text(utf8: bytes), let name = Text(utf8: authority) else {
            throw APIError(
                .invalid, "\(text): is not the address of a server", advice: "write it as https://hub.example.org:8443")
        }
        let host = NetworkAddress(parsing: name) ?? NetworkAddress(parsing: "\(name):80")
        guard isSecure || host?.isLoopback ?? false else {
            throw APIError(
                .invalid, "\(text): a token would cross the network in the open", advice: "use an https:// address")
        }
        return address
    }
}
