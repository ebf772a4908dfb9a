// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Secrets
import Testing

@Suite struct SecretGuardTests {
    private func found(_ text: String, isManifest: Bool = true) -> [String] {
        SecretGuard.findings(in: Array(text.utf8), file: "f.yaml", isManifest: isManifest).map {
            "\($0.rule):\($0.line)"
        }
    }

    /// Made up here, and put together so that nobody's scanner takes this file for a leak.
    private static let tokens: [(String, String)] = [
        ("aws-access-key", "AK" + "IA" + "Q3EGRTZ5WXNB7H2K"),
        ("github-token", "gh" + "p_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"),
        ("gitlab-token", "gl" + "pat-" + "a1B2c3D4e5F6g7H8i9J0"),
        ("slack-token", "xo" + "xb-" + "123456789012-abcdefghijkl"),
        ("google-api-key", "AI" + "za" + "SyA1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q"),
        ("vault-token", "hv" + "s." + "a1B2c3D4e5F6g7H8i9J0k1L2"),
        ("stripe-key", "sk" + "_live_" + "a1B2c3D4e5F6g7H8i9J0k1L2"),
        ("age-secret-key", "AGE-SECRET-" + "KEY-1QYQSZQGPQYQSZQGPQYQSZQGPQYQSZQGPQYQSZQGPQYQSZQGPQYQS7G4Q9X"),
    ]

    @Test(arguments: tokens)
    func `Tokens are known by their looks, in any file`(rule: String, token: String) {
        #expect(found("a: b\nurl: \"\(token)\" # see\n") == ["\(rule):2"])
        #expect(found("first\nset token \(token)\n", isManifest: false) == ["\(rule):2"])
        // Part of a longer word, cut short, or all of one letter, it is none.
        #expect(found("x\(token)\n", isManifest: false) == [])
        #expect(found("\(token.prefix(12))\n", isManifest: false) == [])
    }

    @Test func `Private keys are found, public ones are not`() {
        for label in ["", "RSA ", "EC ", "OPENSSH ", "ENCRYPTED "] {
            #expect(
                found("a: 1\nkey: |\n  -----BEGIN \(label)PRIVATE KEY-----\n  MIIE\n", isManifest: false) == [
                    "private-key:3"
                ])
        }
        #expect(found("-----BEGIN PUBLIC KEY-----\nMIIE\n-----BEGIN CERTIFICATE-----\n", isManifest: false) == [])
    }

    @Test func `Passwords in addresses are found, users and variables are not`() {
        #expect(found("db: postgres://shop:hunter22@db/shop\n", isManifest: false) == ["url-password:1"])
        for address in [
            "postgres://shop@db/shop", "postgres://shop:$PASSWORD@db", "postgres://shop:${PW}@db", "https://h:8443/a@b",
            "git@github.com:a/b", "http://user:<password>@h",
        ] {
            #expect(found("db: \(address)\n", isManifest: false) == [], "\(address)")
        }
    }

    @Test func `Plain data of a Secret are found, each with its line`() {
        let secret =
            "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\ndata:\n  user: c2hvcA==\nstringData:\n  password: hunter22\n  empty: ''\n"
        #expect(found(secret) == ["kubernetes-secret:5", "kubernetes-secret:7"])
        #expect(
            found("apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Secret\n  data: {a: aHVudGVyMjI=}\n")
                == ["kubernetes-secret:6"])
        #expect(found("apiVersion: v1\nkind: Secret\ndata:\n  a: ENC[AES256_GCM,data:x,iv:x,tag:x,type:str]\n") == [])
        #expect(
            found("apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nspec:\n  encryptedData: {a: AgBy3i4OJSWK}\n")
                == [])
    }

    @Test func `Fields that are called a secret are looked at`() {
        #expect(
            found("spec:\n  adminPassword: hunter22\n  client_secret: \"s3cr3t-x\"\n") == ["password:2", "password:3"])
        #expect(
            found(
                "env:\n- name: DB_PASSWORD\n  value: hunter22\n- name: DB_PASSWORD\n  valueFrom: {secretKeyRef: {name: a, key: b}}\n"
            ) == ["password:3"])
        for harmless in [
            "passwordFile: /run/secrets/db", "secretName: web-tls-cert", "password: changeme",
            "password: $(DB_PASSWORD)",
            "password: '{{ .Values.password }}'", "password: <your password>", "tokenTTL: 1h30m0s", "password: short",
            "apiKey: ENC[AES256_GCM,data:x]", "secret: ********", "passwordPolicy: strict-and-long",
            "privateKey: /etc/ssl/private/key.pem",
        ] {
            #expect(found("spec:\n  \(harmless)\n") == [], "\(harmless)")
        }
    }

    @Test func `A finding names the place and never the value`() throws {
        let finding = try #require(
            SecretGuard.findings(in: Array("spec:\n  password: hunter22\n".utf8), file: "a/b.yaml", isManifest: true)
                .first)
        #expect(finding.file == "a/b.yaml")
        #expect(finding.what == "spec.password")
        #expect(!"\(finding)".contains("hunter22"))
    }

    @Test func `A baseline accepts what it lists, wherever it moves in its file`() throws {
        let before = SecretGuard.findings(in: Array("password: hunter22\n".utf8), file: "a", isManifest: true)
        let baseline = try GuardBaseline(GuardBaseline.accepting(before))
        let moved = SecretGuard.findings(in: Array("# more\n\npassword: hunter22\n".utf8), file: "a", isManifest: true)
        #expect(moved.count == 1 && moved.allSatisfy(baseline.accepts))
        let changed = SecretGuard.findings(in: Array("password: hunter23\n".utf8), file: "a", isManifest: true)
        let elsewhere = SecretGuard.findings(in: Array("password: hunter22\n".utf8), file: "b", isManifest: true)
        #expect((changed + elsewhere).count == 2 && !(changed + elsewhere).contains(where: baseline.accepts))
        #expect(throws: SecretsError.self) { try GuardBaseline(Array("accepted: [".utf8)) }
    }

    @Test func `The copy of a Secret that kubectl leaves in an annotation is found, also beside encrypted data`() {
        func manifest(_ copy: String, _ rest: String = "") -> String {
            """
            apiVersion: v1
            kind: Secret
            metadata:
              name: a
              annotations:
                kubectl.kubernetes.io/last-applied-configuration: '\(copy)'
            \(rest)
            """
        }
        let sealed = "data: {p: \"ENC[x]\"}\nsops:\n  mac: ENC[x]\n"
        for rest in ["", sealed] {
            #expect(found(manifest(#"{"data":{"p":"aHVudGVyMg=="}}"#, rest)) == ["kubernetes-secret:6"])
        }
        #expect(found(manifest("ENC[AES256_GCM,data:AA==]", sealed)) == [])
        #expect(found(manifest(#"{"data":{}}"#, sealed)) == [])
    }

    @Test func `What SOPS encrypted is left alone, and odd files too`() {
        #expect(found("password: plainbyrule\nsops:\n  mac: ENC[x]\n") == [])
        #expect(found("{{ .Values.x }}: [\n") == [])
        #expect(SecretGuard.findings(in: [0xFF, 0xFE, 0x00], file: "x", isManifest: true) == [])
    }
}
