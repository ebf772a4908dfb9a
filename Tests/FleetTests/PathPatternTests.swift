// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Fleet
import Manifest
import Testing

@Suite struct PathPatternTests {
    @Test(
        arguments: [
            ("/etc/nginx/**", "/etc/nginx"), ("/etc/nginx/**", "/etc/nginx/a/b"), ("/**", "/a"),
            ("/a/**/b", "/a/b"), ("/a/**/b", "/a/x/y/b"), ("/a/*/b", "/a/x/b"), ("/a/*.conf", "/a/.conf"),
            ("/a/?", "/a/x"), ("/a/x?z*", "/a/xyz"), ("/**/b/**/c", "/a/b/b/x/c"),
        ] as [(Text, Text)])
    func `covers`(pattern: Text, path: Text) {
        #expect(PathPattern(pattern)?.matches(path: path.utf8) == true)
    }

    @Test(
        arguments: [
            ("/etc/nginx/**", "/etc/nginxx"), ("/etc/nginx/*", "/etc/nginx/a/b"), ("/etc/nginx/*", "/etc/nginx"),
            ("/a/?", "/a/é"), ("/a/**/b", "/a/x/c"), ("/a", "/a/b"), ("/a/b", "/a"), ("/**", "/"), ("/**", "a"),
            ("/a/**", "/a/../etc/shadow"), ("/a/**", "/a/./b"), ("/a/**", "/a//b"), ("/a/**", "/a/b/"),
            ("/caf\u{E9}", "/cafe\u{301}"), ("/a/**", "/a/x\u{0}"),
        ] as [(Text, Text)])
    func `does not cover`(pattern: Text, path: Text) {
        #expect(PathPattern(pattern)?.matches(path: path.utf8) == false)
    }

    @Test(arguments: ["", "a", "/", "/a/../b", "/a/./b", "//a", "/a/", "/a/**b", "/a/b***", "/a\u{0}"] as [Text])
    func `is refused`(pattern: Text) {
        #expect(PathPattern(pattern) == nil)
    }

    @Test func `many stars stay cheap`() {
        let pattern = Text("/" + String(repeating: "*a", count: 1000) + "b")
        let path = "/" + String(repeating: "a", count: 4000)
        #expect(PathPattern(pattern)?.matches(path: path.utf8) == false)
        let deep = Text(String(repeating: "/**/a", count: 400) + "/b")
        #expect(PathPattern(deep)?.matches(path: String(repeating: "/a", count: 2000).utf8) == false)
    }
}
