// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Testing
import Web

@Suite struct HostileTextTests {
    static let texts: [Text] = [
        "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "' onmouseover='alert(1)",
        "</title></style></script>",
        "javascript:alert(1)", "\"\u{301} onfocus=alert(1) autofocus=\u{301}\"", "<\u{338}svg onload=alert(1)>",
        "a\u{202E}txt.exe\u{202C}", "&lt;b&gt; &#x3c;b&#x3e;", "--><!--", "]]><![CDATA[", "\u{1}\u{1B}]0;x\u{7}",
        "{{constructor.constructor('alert(1)')()}}", "//evil.example/x", "https://a.example\" onclick=\"alert(1)",
        "+ADw-script+AD4-", "\u{2028}alert(1)\u{2029}", "</textarea></option></select>",
    ]

    /// What pages are made of that say nothing special. No name of a unit, as the others are none.
    private static let harmless = EveryPage(saying: "Plain words").all.map { page in
        (try? StrictHTML(page.document(for: .ada).bytes))?.skeleton ?? []
    }

    @Test(arguments: texts)
    func `no text of others changes what a page is made of`(text: Text) throws {
        let hostile = EveryPage(saying: text).all
        #expect(hostile.count == Self.harmless.count)
        for (hostile, harmless) in zip(hostile, Self.harmless) {
            let page = try StrictHTML(hostile.document(for: .ada).bytes)
            #expect(page.skeleton == harmless, "\(hostile.title)")
            #expect(page.dangers.isEmpty, "\(hostile.title)")
        }
    }

    @Test func `the text is there to be read`() throws {
        for page in EveryPage(saying: "needle-7").all where page.title != "Projects" && page.title != "Targets" {
            let html = try StrictHTML(page.main.bytes)
            #expect(html.texts.contains { $0.contains("needle-7") }, "\(page.title)")
        }
    }

    @Test func `a page stays small whatever its texts are`() {
        let long = Text(String(repeating: "<&\u{202E}", count: 5000))
        for page in EveryPage(saying: long).all {
            #expect(page.document(for: .ada).bytes.count < 1_500_000, "\(page.title)")
        }
    }

    @Test func `every form that does something carries the visitor's token`() throws {
        // Who is about to sign in has none yet.
        for page in EveryPage(saying: "token-7").all where page.title != "Sign in" {
            let html = try StrictHTML(page.main.bytes)
            let forms = html.elements.filter { $0.name == "form" && $0.attributes.contains { $0.value == "post" } }
            let tokens = html.elements.filter { element in
                element.attributes.contains { $0.value == "_token" }
                    && element.attributes.contains { $0.value == "token-7" }
            }
            #expect(forms.count == tokens.count, "\(page.title)")
        }
    }

    @Test func `names of fields and parts are unique in a page`() throws {
        for page in EveryPage(saying: "x").all {
            let html = try StrictHTML(page.document(for: .ada).bytes)
            for name in ["id", "data-part"] {
                let values = html.elements.compactMap { $0.attributes.first { $0.name == name }?.value }
                #expect(Set(values).count == values.count, "\(page.title): \(name)")
            }
        }
    }
}
