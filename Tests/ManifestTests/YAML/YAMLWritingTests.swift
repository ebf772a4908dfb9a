// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Testing

@Suite struct YAMLWritingTests {
    private func write(_ value: Value, keys: YAML.KeyOrder = .given) -> String {
        String(decoding: YAML.write(value, keys: keys), as: UTF8.self)
    }

    @Test func `the layout is kubectl's`() {
        let value: Value = [
            "kind": "Deployment",
            "spec": [
                "containers": [
                    ["name": "web", "args": ["-c", "a\nb\n"], "env": [], "limits": [:]],
                    ["name": "side", "nested": [["x", "y"], [["z"]]]],
                ],
                "replicas": 3, "ratio": .number(.decimal("1.50")), "paused": false, "nothing": .null,
            ],
            "text": "one\n  two", "keep": "a\n\n", "indented": "  a\nb\n",
        ]
        #expect(
            write(value) == """
                kind: Deployment
                spec:
                  containers:
                  - name: web
                    args:
                    - -c
                    - |
                      a
                      b
                    env: []
                    limits: {}
                  - name: side
                    nested:
                    - - x
                      - "y"
                    - - - z
                  replicas: 3
                  ratio: 1.50
                  paused: false
                  nothing: null
                text: |-
                  one
                    two
                keep: |+
                  a

                indented: |2
                    a
                  b

                """)
    }

    @Test(arguments: [
        ("a", "a"), ("a b", "a b"), ("y", "\"y\""), ("on", "\"on\""), ("1e3", "\"1e3\""), ("0777", "\"0777\""),
        ("", "\"\""),
        ("null", "\"null\""), ("~", "\"~\""), (".inf", "\".inf\""), ("2001-01-01", "\"2001-01-01\""),
        ("12:30", "\"12:30\""),
        ("1_000", "\"1_000\""), ("0x1f", "\"0x1f\""), ("*.example.org", "'*.example.org'"), ("@a", "'@a'"),
        ("a: b", "'a: b'"),
        ("a:", "'a:'"), ("a #b", "'a #b'"), ("a#b", "a#b"), ("- a", "'- a'"), ("-a", "-a"), ("it's", "it's"),
        ("'a'", "'''a'''"),
        (" a", "' a'"), ("a ", "'a '"), ("{{ .x }}", "'{{ .x }}'"), ("[a]", "'[a]'"), ("--- a", "'--- a'"),
        ("%a", "'%a'"),
        ("a\tb", "\"a\\tb\""), ("a\r\nb", "\"a\\r\\nb\""), ("é ü", "é ü"), ("\u{1F600}", "\u{1F600}"),
        ("\u{85}", "\"\\N\""),
        ("\u{FEFF}a", "\"\\ufeffa\""), ("\u{1}", "\"\\x01\""), ("http://a:80/b", "http://a:80/b"), ("1.2.3", "1.2.3"),
        ("10.0.0.1", "10.0.0.1"), ("100m", "100m"), ("<<", "\"<<\""), ("?", "'?'"), ("a, b", "a, b"),
        ("a \nb", "\"a \\nb\""),
    ])
    func `texts are quoted exactly where they must be`(text: Text, written: String) {
        #expect(write(.string(text)) == written + "\n")
        #expect(write(.object(Object(uniquePairs: [(text, 1)]))) == written + ": 1\n")
    }

    @Test func `long lines are not folded, long keys are announced`() {
        let long = String(repeating: "word ", count: 100) + "end"
        #expect(write(["a": .string(Text(long))]) == "a: \(long)\n")
        #expect(write(.object(Object(uniquePairs: [(Text(long), 1)]))) == "? \(long)\n: 1\n")
    }

    @Test func `keys can be sorted`() {
        #expect(write(["b": ["d": 1, "c": 2], "B": 3, "a": 4], keys: .sorted) == "B: 3\na: 4\nb:\n  c: 2\n  d: 1\n")
    }

    @Test func `a secret stays one`() {
        #expect(
            write(["a": .secret(Secret("hunter2")), "b": [.secret(Secret("hunter2"))]])
                == "a: <secret>\nb:\n- <secret>\n")
    }

    @Test func `documents are kept apart`() {
        #expect(
            String(decoding: YAML.write(documents: [["a": 1], [2], 3]), as: UTF8.self) == "a: 1\n---\n- 2\n---\n3\n")
    }
}
