// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import HTTPTypes
import Hummingbird

/// What every answer tells browsers, whatever it is: to run and show nothing that this server did not send as a file.
struct SafetyHeaders: Sendable {
    /// Whether it came over TLS, and nothing should ever come otherwise.
    let isSecure: Bool

    func add(to response: inout Response) {
        for (name, value) in Self.always { response.headers[name] = value }
        if isSecure { response.headers[.strictTransportSecurity] = "max-age=31536000" }
        if response.headers[.cacheControl] == nil { response.headers[.cacheControl] = "no-store" }
    }

    private static let policy = [
        "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self'", "font-src 'self'",
        "connect-src 'self'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'",
    ].joined(separator: "; ")

    private static let always: [(HTTPField.Name, String)] = [
        (.contentSecurityPolicy, policy), (.xContentTypeOptions, "nosniff"),
        // A stricter one would have browsers send "Origin: null" with our own forms.
        named("Referrer-Policy", "same-origin"), named("X-Frame-Options", "DENY"),
        named("Cross-Origin-Opener-Policy", "same-origin"), named("Cross-Origin-Resource-Policy", "same-origin"),
        named("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    ].compactMap(\.self)

    private static func named(_ name: String, _ value: String) -> (HTTPField.Name, String)? {
        HTTPField.Name(name).map { ($0, value) }
    }
}
