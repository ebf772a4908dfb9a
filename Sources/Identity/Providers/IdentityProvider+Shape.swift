// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Fleet
package import Manifest
package import Model

extension IdentityProvider {
    /// - Parameters:
    ///   - file: its name, for errors. They never show a secret.
    ///   - readSecret: the content of a file that must be private.
    package init(
        _ bytes: [UInt8], name: IdentityProviderName, file: Text,
        readSecret: (Text) throws(ProviderError) -> Secret<Text>
    ) throws(ProviderError) {
        let draft: Draft
        do throws(OperatorFileError) { draft = try Self.shape.decode(bytes, file: file) } catch {
            throw ProviderError(.unusable, error.reason)
        }
        var browsers = draft.browsers?.client
        if let secretFile = draft.browsers?.secretFile { browsers?.secret = try readSecret(secretFile) }
        // A token that a browser's sign-in gives to somebody must not let programs in.
        if let client = browsers?.id, draft.audiences.contains(client) {
            throw ProviderError(.unusable, "\(file): workloads.audience must not be the client of signIn")
        }
        self.init(
            name: name, issuer: draft.issuer, certificateAuthority: draft.certificateAuthority, browsers: browsers,
            audiences: Set(draft.audiences))
    }

    private struct Draft: Sendable {
        var issuer: Text
        var certificateAuthority: Text?
        var browsers: BrowserDraft?
        var audiences: [Text]
    }

    private struct BrowserDraft: Sendable {
        var client: BrowserClient
        var secretFile: Text?
    }

    private static let shape = Shape<Draft>.object(
        Field.required("issuer", issuer, "The provider's address, exactly as its tokens name it."),
        Field.optional("certificateAuthority", .text, "A file of certificates, beside the system's."),
        Field.optional("signIn", signIn, "How people sign in, in browsers."),
        Field.optional("workloads", workloads, default: [], "How programs sign in, by a token with each request.")
    ) { Draft(issuer: $0, certificateAuthority: $1, browsers: $2, audiences: $3) }
    .atLeastOne(of: ["signIn", "workloads"])

    private static let issuer = Shape<Text>.text.checked { text in
        guard WebAddress(text) != nil else { return "must be an https:// address, or an http:// one of this machine" }
        return text.utf8.contains(UInt8(ascii: "?")) ? "must have no query" : nil
    }

    private static let signIn = Shape<BrowserDraft>.object(
        Field.required("client", .text, "The hub's name at the provider."),
        Field.optional("secretFile", .text, "The file that holds the client's secret, readable by its owner alone."),
        Field.optional("title", .text, "What the sign-in page calls the provider."),
        Field.optional("scopes", .list(of: scope), default: ["email", "profile"], "What to ask for beside openid."),
        Field.optional("user", .choice(), default: .email, "The claim that names a person; email."),
        Field.optional(
            "groups", .oneOrMore(of: .text), default: ["groups"],
            "The claim that names a person's groups; groups. A list of names leads into a claim."),
        Field.optional("prefix", prefix, "What comes before all names that this provider gives: \"partner:\"."),
        Field.optional("hub", hub, "Where browsers come back to; where they reach this hub when left out."),
        Field.optional(
            "session", length, default: BrowserClient.session, "How long what it says of somebody counts; 1h."),
        Field.optional(
            "again", length, default: BrowserClient.again,
            "After how long it is asked to say it again, when they load a page; 15m.")
    ) { client, secretFile, title, scopes, user, groups, prefix, hub, session, again in
        BrowserDraft(
            client: BrowserClient(
                id: client, title: title, scopes: scopes,
                people: ClaimMapping(user: user, groups: groups, prefix: prefix), hub: hub, session: session,
                again: again),
            secretFile: secretFile)
    }

    private static let workloads = Shape<[Text]>.object(
        Field.required("audience", .oneOrMore(of: .text), "Who the tokens must be for: what stands for this hub.")
    ) { $0 }

    private static let scope = Shape<Text>.text.checked { text in
        // RFC 6749, section 3.3
        let isToken = text.utf8.allSatisfy {
            $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\")
        }
        return isToken ? nil : "is no scope"
    }

    private static let prefix = Shape<Text>.text.checked { text in
        let colons = text.utf8.count { $0 == UInt8(ascii: ":") }
        return colons == 1 && text.utf8.last == UInt8(ascii: ":") && text.utf8.count > 1
            ? nil : "must end with \":\" and have no other"
    }

    private static let length = Shape<Duration>.duration.checked { length in
        (Duration.seconds(1)...(.seconds(12 * 3600))).contains(length) ? nil : "must be between 1s and 12h"
    }

    private static let hub = Shape<Text>.text.parsed { text -> Parsed<WebAddress> in
        guard let address = WebAddress(text), address.origin == text else {
            return .refused("must be https://HOST or https://HOST:PORT, without a path")
        }
        return .value(address)
    }
}
