// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Identity
import Manifest
import Model
import TestSupport
import Testing

/// What an operator writes of a provider, and whom the hub makes of what that says.
@Suite struct IdentityProviderTests {
    private func read(_ yaml: String) throws(ProviderError) -> IdentityProvider {
        guard let name = IdentityProviderName("acme") else { throw ProviderError(.unusable, "no name") }
        return try IdentityProvider(Array(yaml.utf8), name: name, file: "acme.yaml") { path throws(ProviderError) in
            guard path == "/secret" else { throw ProviderError(.unusable, "\(path): there is no such file") }
            return Secret("hush")
        }
    }

    @Test func `a connection says all there is to say`() throws {
        let provider = try read(
            """
            issuer: https://id.example.org/realms/acme
            certificateAuthority: /etc/ca.pem
            signIn:
              client: trimtab
              secretFile: /secret
              title: Acme
              scopes: [email, groups]
              user: preferred_username
              groups: [realm_access, roles]
              prefix: "partner:"
              hub: https://hub.example.org:8443
              session: 30m
              again: 5m
            workloads: {audience: [https://hub.example.org, other]}
            """)
        #expect(
            provider.issuer == "https://id.example.org/realms/acme" && provider.certificateAuthority == "/etc/ca.pem")
        let client = try #require(provider.browsers)
        #expect(client.id == "trimtab" && client.title == "Acme" && client.scopes == ["email", "groups"])
        #expect(client.secret?.withExposed(\.self) == "hush" && client.hub?.text == "https://hub.example.org:8443")
        #expect(
            client.people
                == ClaimMapping(user: .preferredUsername, groups: ["realm_access", "roles"], prefix: "partner:"))
        #expect(provider.audiences == ["https://hub.example.org", "other"])
        #expect(client.session == .seconds(1800) && client.again == .seconds(300))
        let short = try read("issuer: https://id.example.org\nsignIn: {client: trimtab}\n")
        #expect(short.browsers?.people == ClaimMapping() && short.audiences.isEmpty)
        #expect(short.browsers?.session == .seconds(3600) && short.browsers?.again == .seconds(900))
    }

    @Test(arguments: [
        ("issuer: http://id.example.org\nsignIn: {client: a}", "https://"),
        ("issuer: https://id.example.org?a\nsignIn: {client: a}", "must have no query"),
        ("issuer: https://user@id.example.org\nsignIn: {client: a}", "https://"),
        ("issuer: https://id.example.org", "one of signIn, workloads is missing"),
        ("issuer: https://id.example.org\nsignIn: {}", "\"client\" is missing"),
        ("issuer: https://id.example.org\nsignIn: {client: a, secret: hush}", "unknown field \"secret\""),
        ("issuer: https://id.example.org\nsignIn: {client: a, secretFile: /other}", "/other: there is no such file"),
        (
            "issuer: https://id.example.org\nsignIn: {client: a, user: name}",
            "is not one of email, preferred_username, sub"
        ),
        ("issuer: https://id.example.org\nsignIn: {client: a, prefix: partner}", "must end with"),
        ("issuer: https://id.example.org\nsignIn: {client: a, prefix: \"a:b:\"}", "have no other"),
        ("issuer: https://id.example.org\nsignIn: {client: a, hub: https://hub.example.org/}", "without a path"),
        ("issuer: https://id.example.org\nsignIn: {client: a, session: 13h}", "must be between 1s and 12h"),
        ("issuer: https://id.example.org\nsignIn: {client: a, again: never}", "a duration such as"),
        ("issuer: https://id.example.org\nsignIn: {client: a, scopes: [\"a b\"]}", "is no scope"),
        ("issuer: https://id.example.org\nsignIn: {client: a}\nworkloads: {audience: a}", "must not be the client"),
        ("issuer: https://id.example.org\nworkloads: {audience: []}", "must not be empty"), ("", "is empty"),
        ("a: [", "no YAML"),
    ])
    func `what is wrong with one is said`(yaml: String, words: String) {
        let error = #expect(throws: ProviderError.self) { try read(yaml) }
        #expect(error?.description.contains(words) ?? false, "\(error?.description ?? "")")
        #expect(!(error?.description.contains("hush") ?? true))
    }

    private func principal(_ claims: Object, _ mapping: ClaimMapping = ClaimMapping()) -> Principal? {
        try? mapping.principal(of: Claims(claims), others: ["partner:"])
    }

    @Test func `a person is named by the claim that says so`() {
        let claims: Object = [
            "sub": "1f2e", "email": "ada@example.org", "preferred_username": "ada", "name": "Ada L.",
            "groups": ["leads", 7, "a\u{202E}b", "partner:x"], "realm_access": ["roles": ["admins"]],
        ]
        #expect(principal(claims)?.actor.text == "oidc:ada@example.org")
        #expect(principal(claims)?.groups == ["leads"])
        #expect(principal(claims)?.aliases.contains("Ada L.") ?? false)
        let roles = ClaimMapping(user: .subject, groups: ["realm_access", "roles"], prefix: "partner:")
        #expect(principal(claims, roles)?.actor.text == "oidc:partner:1f2e")
        #expect(principal(claims, roles)?.groups == ["partner:admins"])
        #expect(principal(claims, roles)?.aliases.contains("ada@example.org") ?? false)
        #expect(principal(claims, ClaimMapping(user: .preferredUsername))?.actor.text == "oidc:ada")
    }

    @Test func `an address that is not verified names nobody`() {
        for (verified, counts) in [
            (nil, true), (true, true), ("true", true), (false, false), ("false", false), (.null, false), (1, false),
            ("", false),
        ] as [(Value?, Bool)] {
            var claims: Object = ["email": "ada@example.org"]
            claims["email_verified"] = verified
            #expect((principal(claims) != nil) == counts, "\(verified.debugDescription)")
        }
        for address in ["", "ada", "@example.org", "ada@", "a@b@c"] {
            #expect(principal(["email": .string(Text(address))]) == nil)
        }
        #expect(principal(["email": "partner:ada@example.org"]) == nil)
        #expect(principal(["sub": "ada"]) == nil)
    }

    @Test func `only addresses that cannot lead astray are asked`() {
        for good in ["https://a", "https://a:1/b?c=d", "http://127.0.0.1:80/", "http://localhost", "http://[::1]:8/x"] {
            #expect(WebAddress(Text(good)) != nil, "\(good)")
        }
        for bad in [
            "", "a", "//a", "ftp://a", "https://", "https:///a", "https://a@b", "https://a#b", "https://a b",
            "https://a/\u{E4}",
            "http://a", "http://127.0.0.1.evil.example", "http://localhost.evil.example",
            "http://localhost@evil.example",
            "http://[::1].evil.example", "http://127.1", "javascript:alert(1)", "https://a\\b", "https://a/\"",
            "HTTPS://a",
        ] {
            #expect(WebAddress(Text(bad)) == nil, "\(bad)")
        }
    }
}
