// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Testing
import Web

@Suite struct LinkTests {
    @Test(arguments: [
        "javascript:alert(1)", "JavaScript:alert(1)", " https://a.example", "https://a.example\" onclick=\"x",
        "data:text/html,x",
        "//a.example", "https:/a.example", "https://", "https://?x", "http://:80/", "vbscript:x", "file:///etc/passwd",
        "https://user:secret@a.example/", "https://a.example/\u{202E}", "ssh://git@a.example/x.git",
        "https://a.example/<b>",
        "java\nscript:alert(1)", "", "https://a.example\\@b.example/",
    ])
    func `an address that is none of the web is no link`(address: String) {
        #expect(Link(elsewhere: Text(address)) == nil)
    }

    @Test(arguments: ["https://git.example.org/shop.git", "HTTP://a.example:8080/x?y=z#w"])
    func `an address of the web is one`(address: String) {
        #expect(Link(elsewhere: Text(address))?.text == Text(address))
    }

    @Test func `what is made of names cannot leave this server`() {
        #expect(Link("a/b", "..", query: [("q", "x&y=z\" <")]).text == "/a%2Fb/..?q=x%26y%3Dz%22%20%3C")
        #expect(
            Link("", "evil.example").text == "/%2Fevil.example" || Link("", "evil.example").text == "//evil.example")
    }
}
