// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import HTTPTypes
import Hummingbird
import Manifest

/// The cookie that keeps a session. Where browsers come over TLS, its name keeps other hosts of the domain from setting it.
struct SessionCookie: Sendable {
    let isSecure: Bool

    var name: String { isSecure ? "__Host-trimtab" : "trimtab" }

    /// `nil` where there is none, and where there are two: one of them is not ours.
    func value(in request: Request) -> Text? { Self.value(named: name, in: request) }

    static func value(named name: String, in request: Request) -> Text? {
        var found: Text?
        for header in request.headers[values: .cookie] {
            for part in header.utf8.split(separator: UInt8(ascii: ";")) {
                let pair = part.drop { $0 == UInt8(ascii: " ") }.split(
                    separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
                guard pair.count == 2, pair[0].elementsEqual(name.utf8) else { continue }
                guard found == nil else { return nil }
                found = Text(utf8: pair[1])
            }
        }
        return found
    }

    /// The value of `set-cookie`. Lax, so that links from chat lead in; acts are checked by where they come from.
    func header(_ value: Text) -> String {
        "\(name)=\(value); Path=/; HttpOnly; SameSite=Lax\(isSecure ? "; Secure" : "")"
    }

    var removal: String { header("") + "; Max-Age=0" }
}
