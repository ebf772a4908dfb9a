// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Testing

@Suite struct TextTests {
    @Test func `names that look equal are different`() {
        #expect("caf\u{E9}" == "cafe\u{301}", "Swift calls these equal, which is why Text exists")
        #expect(Text("caf\u{E9}") != Text("cafe\u{301}"))
        #expect(Set<Text>(["caf\u{E9}", "cafe\u{301}"]).count == 2)
    }

    @Test func `order is that of the bytes`() {
        #expect(Text("Z") < Text("a"))
        #expect(Text("a") < Text("a\u{301}"))
        #expect(Text("") < Text("\0"))
    }

    @Test func `invalid UTF-8 is no text`() {
        #expect(Text(utf8: [0x61, 0xFF]) == nil)
        #expect(Text(utf8: [0x61, 0xC3, 0xA9]) == "a\u{E9}")
    }
}
