// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model
import Testing

@Suite struct TreePathTests {
    @Test(arguments: ["/etc/passwd", "..", "a/../b", "a/..", "../a"])
    func `a path that could leave the tree is no path`(text: String) {
        #expect(TreePath(Text(text)) == nil)
    }

    @Test func `a combining mark does not hide a slash`() {
        let path = TreePath(Text("a/\u{301}b"))
        #expect(path?.components.count == 2)
    }

    @Test(arguments: [("", 0), (".", 0), ("./a", 1), ("a//b/", 2)])
    func `needless parts are dropped`(text: String, count: Int) {
        #expect(TreePath(Text(text))?.components.count == count)
    }

    @Test func `a name with a newline prints as one line`() {
        #expect(TreePath(Text("a\nb")).map(String.init(describing:)) == "a\\x0ab")
    }
}
