// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Testing
import Web

@Suite struct EscapeTests {
    private func written(_ text: String) -> String { String(decoding: HTML(Text(text)).bytes, as: UTF8.self) }

    @Test func `what means something in HTML is written as what it looks like`() {
        #expect(
            written("<script>\"a\" & 'b'</script>")
                == "&lt;script&gt;&quot;a&quot; &amp; &#39;b&#39;&lt;/script&gt;")
    }

    @Test func `a mark that joins the character before it hides nothing`() {
        // By characters, the quote with its mark is another character, and the attribute would end here.
        #expect(written("\"\u{301} onmouseover=alert(1)").utf8.starts(with: "&quot;\u{301} onmouse".utf8))
        #expect(!written("<\u{338}script>").contains("<script"))
        #expect(!Array(written("<\u{338}script>").utf8).starts(with: "<".utf8))
    }

    @Test(arguments: [
        ("a\u{202E}b", "\\u{202e}"), ("a\u{0}b", "\\u{0}"), ("a\u{1B}b", "\\u{1b}"), ("a\u{200B}b", "\\u{200b}"),
        ("a\u{2028}b", "\\u{2028}"), ("a\u{FEFF}b", "\\u{feff}"), ("a\u{3164}b", "\\u{3164}"),
        ("a\u{E0001}b", "\\u{e0001}"),
    ])
    func `what cannot be seen is shown`(text: String, sign: String) {
        #expect(written(text) == "a<span class=\"hidden-sign\">\(sign)</span>b")
    }

    @Test func `lines and tabs stay, and so do letters of all kinds`() {
        #expect(written("a\nb\tc ü 漢字 ❤️") == "a\nb\tc ü 漢字 ❤️")
    }

    @Test func `bytes that are no text are shown, and the text around them stays`() {
        let bytes: [UInt8] = [0x61, 0xFF, 0xC3, 0x28, 0xE2, 0x82, 0x3C, 0xC3, 0xBC]
        let html = String(decoding: HTML(text: bytes).bytes, as: UTF8.self)
        let plain = html.replacing("<span class=\"hidden-sign\">", with: "").replacing("</span>", with: "")
        #expect(plain == "a\\xff\\xc3(\\xe2\\x82&lt;ü")
    }
}
