// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Secrets
import Testing

@Suite struct PatternTests {
    @Test(arguments: [
        ("^(data|stringData)$", "data", true), ("^(data|stringData)$", "stringData", true),
        ("^(data|stringData)$", "metadata", false), ("data", "metadata", true), ("", "anything", true),
        ("a|b|cd", "xcdx", true), ("^(a|b|cd)$", "c", false), ("^a*$", "aaaa", true), ("^a*$", "aab", false),
        ("^a+b?$", "aab", true), ("^a+b?$", "b", false), ("^(ab)+$", "ababab", true), ("^(ab)+$", "aba", false),
        ("^a{2}$", "aa", true), ("^a{2}$", "aaa", false), ("^a{2,}$", "aaaa", true), ("^a{2,3}$", "aaaa", false),
        ("^(a|bc){1,2}x$", "bcax", true), ("a{,2}", "a{,2}", true), ("x{a}", "x{a}", true),
        ("^[a-c_]+$", "abc_", true), ("^[^a-c]+$", "xyz", true), ("^[^a-c]+$", "xaz", false), ("[]]", "]", true),
        ("[a-]", "-", true), ("[[:digit:]x]", "7", true), ("^\\d{3}-\\w+$", "123-ab_c", true), ("[\\d.]", ".", true),
        ("\\bkey\\b", "a key here", true), ("\\bkey\\b", "monkey", false), ("(?i)secret", "SeCrEt", true),
        ("(?i:s)ecret", "Secret", true), ("(?i:s)ecret", "SECRET", false), ("(?P<name>x)", "x", true),
        ("a.c", "a\nc", false), ("(?s)a.c", "a\nc", true), ("\\.ya?ml$", "a/b.yml", true), ("\\x41\\x{42}", "AB", true),
        ("^secrets/.*", "secrets/a", true), ("é", "caf\u{E9}", true), ("(a*)*b", "aab", true), ("^(|a)$", "a", true),
        ("^.*?$", "x", true), ("[^\\d]", "5", false), ("[\\D]", "x", true),
    ])
    func `Matches as RE2 does`(pattern: String, text: String, matches: Bool) throws {
        #expect(try Pattern(Text(pattern)).matches(Text(text)) == matches)
    }

    @Test(arguments: ["(", ")", "[", "a**", "*a", "\\", "(?<n", "[z-a]", "(?=x)", "a{1001}", "\\pL", "[[:nope:]]"])
    func `What is no pattern is refused`(pattern: String) {
        #expect(throws: SecretsError.self) { try Pattern(Text(pattern)) }
    }

    @Test func `A pattern that is hard for others takes no longer here`() throws {
        let pattern = try Pattern("^(a+)+$")
        #expect(!pattern.matches(Text(String(repeating: "a", count: 5000) + "b")))
        #expect(throws: SecretsError.self) { try Pattern("((a{1000}){1000}){1000}") }
        #expect(throws: SecretsError.self) { try Pattern(Text(String(repeating: "(", count: 100_000))) }
    }
}
