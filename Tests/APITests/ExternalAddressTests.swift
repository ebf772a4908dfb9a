// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Manifest
import Testing

@Suite struct ExternalAddressTests {
    @Test(
        arguments: [
            ("https://hub.example.org", "https://hub.example.org"),
            ("https://hub.example.org/", "https://hub.example.org"),
            ("HTTPS://Hub.Example.org:443", "https://hub.example.org"), ("https://hub:8443", "https://hub:8443"),
            ("https://[2001:DB8::1]", "https://[2001:db8::1]"),
            ("https://[2001:db8::1]:8443/", "https://[2001:db8::1]:8443"),
            ("https://192.0.2.1:1", "https://192.0.2.1:1"),
        ] as [(Text, Text)])
    func `an address is what browsers write as their origin`(text: Text, origin: Text) throws {
        #expect(try ExternalAddress(parsing: text).origin == origin)
    }

    @Test(
        arguments: [
            ("http://hub.example.org", "must begin with https"), ("http://localhost:8080", "must begin with https"),
            ("hub.example.org", "must begin with https"), ("", "must begin with https"),
            ("https://hub.example.org/trimtab", "must have no path"),
            ("https://hub.example.org//", "must have no path"), ("https://hub.example.org?a", "must have no path"),
            ("https://hub.example.org#a", "must have no path"), ("https://", "names no host"),
            ("https://:8443", "names no host"),
            ("https://hub:", "names no host"), ("https://hub:0", "names no host"),
            ("https://hub:65536", "names no host"),
            ("https://hub:08443", "names no host"), ("https://a:b@hub", "names no host"),
            ("https://a@hub", "names no host"),
            ("https://hub..org", "names no host"), ("https://hub.example.org.", "names no host"),
            ("https://hüb.example.org", "names no host"), ("https://hub example", "names no host"),
            ("https://hub,b", "names no host"), ("https://[hub]", "names no host"),
            ("https://[]", "names no host"),
            ("https://[::]", "names no host"), ("https://2001:db8::1", "names no host"), ("https://*", "names no host"),
        ] as [(Text, String)])
    func `what is none is refused, and told how to write it`(text: Text, reason: String) {
        let error = #expect(throws: APIError.self) { try ExternalAddress(parsing: text) }
        #expect(error?.message.string.contains(reason) == true, "\(String(describing: error))")
        #expect(error?.advice?.string.contains("https://hub.example.org") == true)
    }
}
