// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Fleet
package import Manifest

package struct ReceiverError: Error, Sendable, Hashable, CustomStringConvertible {
    package let reason: Text

    package init(_ reason: Text) { self.reason = reason }

    package var description: String { reason.string }
}

extension Receiver {
    /// Reads a file of the operator's folder:
    ///
    /// ```yaml
    /// slack: {url: https://hooks.slack.com/services/…}
    /// hub: https://hub.example.org      # for links
    /// projects: [shop]                  # whose own notifications may use it
    /// ```
    ///
    /// - Parameter file: its name, for errors. They never show a value.
    package init(_ bytes: [UInt8], file: Text) throws(ReceiverError) {
        do throws(OperatorFileError) { self = try Self.file.decode(bytes, file: file) } catch {
            throw ReceiverError(error.reason)
        }
    }

    private struct End: Sendable {
        var form: Form
        var url: Secret<Text>
        var token: Secret<Text>?
        var secret: Secret<Text>?
    }

    private enum Allowance: String, Sendable, CaseIterable { case plainHTTP, plainSMTP }

    private static let file = Shape<Receiver?>.object(
        Field.optional("slack", slack, "An incoming webhook of Slack, or of who takes the same."),
        Field.optional("cloudEvents", cloudEvents, "Who takes CloudEvents 1.0."),
        Field.optional("alertmanager", alertmanager, "A Prometheus Alertmanager."),
        Field.optional("statuses", statuses, "A forge that shows the statuses of commits."),
        Field.optional("mail", mail, "Mail over SMTP."),
        Field.optional("allow", .list(of: Shape<Allowance>.choice()), default: [], "plainHTTP, plainSMTP, or nothing."),
        Field.optional("hub", address, "Where people reach the pages."),
        Field.optional("projects", .list(of: .text), default: [], "Whose own notifications may use it.")
    ) { slack, cloudEvents, alertmanager, statuses, mail, allowed, hub, projects in
        (slack ?? cloudEvents ?? alertmanager ?? statuses ?? mail).map { end in
            Receiver(
                form: end.form, url: end.url, token: end.token, secret: end.secret,
                allowsPlainHTTP: allowed.contains(.plainHTTP), allowsPlainSMTP: allowed.contains(.plainSMTP),
                hub: hub.map { $0.withExposed { $0 } },
                projects: projects)
        }
    }
    .exactlyOne(of: ["slack", "cloudEvents", "alertmanager", "statuses", "mail"])
    .parsed { $0.map { .value($0) } ?? .refused("says nobody") }
    .checked { receiver in
        if case .mail(let server) = receiver.form {
            return server.security != .none || receiver.allowsPlainSMTP
                ? nil : "is sent in the clear, which others can read and change; \"allow: [plainSMTP]\" lets it"
        }
        let isPlain = receiver.url.withExposed { !$0.utf8.starts(with: "https://".utf8) }
        return isPlain && !receiver.allowsPlainHTTP
            ? "is sent over plain HTTP, which others can read and change; \"allow: [plainHTTP]\" lets it" : nil
    }

    private static let slack = Shape<End>.object(Field.required("url", address, "Its address, a secret.")) {
        End(form: .slack, url: $0)
    }

    private static let cloudEvents = Shape<End>.object(
        Field.required("url", address, "Its address."),
        Field.optional("mode", .choice(), default: Mode.structured, "structured, or binary."),
        Field.optional("token", secret, "Sent as \"authorization: Bearer\"."),
        Field.optional("secret", secret, "What requests are signed with, as Standard Webhooks are.")
    ) { End(form: .cloudEvents($1), url: $0, token: $2, secret: $3) }

    private static let alertmanager = Shape<End>.object(
        Field.required("url", address, "Its address, without /api/v2."),
        Field.optional("token", secret, "Sent as \"authorization: Bearer\".")
    ) { End(form: .alertmanager, url: $0, token: $1) }

    private static let statuses = Shape<End>.object(
        Field.required("forge", Shape<Forge>.choice(), "github, gitlab or gitea; Forgejo is gitea."),
        Field.required("url", address, "Of its API, such as https://api.github.com."),
        Field.required("token", secret, "A token that may write statuses.")
    ) { End(form: .statuses($0), url: $1, token: $2) }

    private static let mail = Shape<End?>.object(
        Field.required("host", host, "The name of the server."),
        Field.optional("port", .integer(in: 1...65_535), "465 with tls, 587 with starttls, else 25."),
        Field.optional("security", .choice(), default: MailServer.Security.starttls, "tls, starttls, or none."),
        Field.required("from", mailAddress, "Whose mail it is."),
        Field.required("to", .oneOrMore(of: mailAddress), "Who gets it."),
        Field.optional("username", secret, "Who signs in."),
        Field.optional("password", secret, "With what."),
        Field.optional(
            "authority", .text, "A file of PEM with the authorities that are trusted instead of the system's.")
    ) { host, port, security, from, to, username, password, authority in
        guard (username == nil) == (password == nil), username == nil || security != .none else { return nil }
        let server = MailServer(
            host: host, port: port.map { Int($0) }, security: security, from: from, to: to,
            username: username.map { $0.withExposed { $0 } }, authority: authority)
        return End(form: .mail(server), url: Secret(""), token: password)
    }
    .parsed { end -> Parsed<End> in
        end.map { .value($0) } ?? .refused("needs a username and a password, or neither, and none in the clear")
    }

    private static let host = Shape<Text>.string
        .checked { text in
            let isName = !text.isEmpty && text.utf8.count <= 253 && text.utf8.allSatisfy(MailAddress.isHost)
            return isName ? nil : "must be the name of a host"
        }

    private static let mailAddress = Shape<Text>.string.parsed { text -> Parsed<MailAddress> in
        MailAddress(text).map { .value($0) } ?? .refused("must be an address of ASCII such as ops@example.org")
    }

    /// Says of what it refuses no more than that it is no text.
    package static let secret = Shape<Text>.string
        .checked { text in
            let isLine = text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
            return isLine && !text.isEmpty && text.utf8.count <= 4096 ? nil : "must be one word of ASCII"
        }
        .map { Secret($0) }

    /// Of its parts no more is said than what is wrong with them.
    package static let address = Shape<Text>.string
        .checked { text in
            ReceiverURL(text) == nil ? "must be http:// or https:// and a host, with no user and no fragment" : nil
        }
        .map { text -> Secret<Text> in
            var bytes = Array(text.utf8)
            while bytes.last == UInt8(ascii: "/") { bytes.removeLast() }
            return Secret(Text(utf8: bytes) ?? text)
        }
}

/// What of a URL decides who is connected to.
package struct ReceiverURL: Sendable, Hashable {
    package var scheme: Text
    package var host: Text
    package var port: Int?

    /// `nil` for what is not plainly a URL of HTTP.
    package init?(_ text: Text) {
        let bytes = Array(text.utf8)
        guard bytes.count <= 4096, bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != 0x5C && $0 != 0x23 }) else {
            return nil
        }
        guard let scheme = ["https", "http"].first(where: { bytes.starts(with: "\($0)://".utf8) }) else { return nil }
        self.scheme = Text(scheme)
        let rest = bytes.dropFirst(scheme.utf8.count + 3)
        let authority = rest.prefix { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") }
        guard !authority.contains(UInt8(ascii: "@")), !authority.contains(UInt8(ascii: "%")) else { return nil }
        var name = authority
        if authority.first == UInt8(ascii: "[") {
            guard let close = authority.firstIndex(of: UInt8(ascii: "]")) else { return nil }
            name = authority[authority.startIndex...close]
        } else if let colon = authority.firstIndex(of: UInt8(ascii: ":")) {
            name = authority[..<colon]
        }
        let behind = authority[name.endIndex...]
        if !behind.isEmpty {
            guard behind.first == UInt8(ascii: ":"),
                let port = UInt16(String(decoding: behind.dropFirst(), as: UTF8.self)), port > 0
            else { return nil }
            self.port = Int(port)
        }
        guard let host = Text(utf8: name), !host.isEmpty else { return nil }
        self.host = host
    }

    package var origin: Text { port.map { "\(scheme)://\(host):\($0)" } ?? "\(scheme)://\(host)" }
}
