// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation
import Manifest
import Model
import Notifications
import TestSupport
import Testing

@testable import Assembly

/// Letters to a real mail server.
@Suite(.timeLimit(.minutes(5))) struct RealMailTests {
    private func message(_ summary: Text) -> Message {
        Message(
            id: "w-1-1", sequence: 1, time: Time(nanoseconds: 1_795_426_200_000_000_000), kind: .drifted,
            severity: .warning, fleet: "acme", unit: unit("web"), summary: summary)
    }

    private func server(
        _ box: MailBox, _ security: MailServer.Security, host: Text = "127.0.0.1", to: [Text] = ["ops@example.org"],
        username: Text? = nil, trusting authority: Text?
    ) throws -> MailServer {
        MailServer(
            host: host, port: box.port, security: security,
            from: try #require(MailAddress("trimtab@example.org")), to: try to.map { try #require(MailAddress($0)) },
            username: username, authority: authority)
    }

    private func send(
        _ server: MailServer, password: Text? = nil, _ summary: Text = "größer\r\nBcc: x@evil.example"
    ) async throws -> (Delivery, refused: [Text]) {
        let letter = try #require(Letter([message(summary)], by: "ops", from: server))
        return await MailTransport().send(letter, by: server, password: password.map { Secret($0) })
    }

    @Test(arguments: [(MailBox.Security.starttls, ""), (.starttls, "PLAIN"), (.tls, "")])
    func `a letter arrives whole, under TLS, from whom it says`(
        security: MailBox.Security, without mechanism: String
    ) async throws {
        try await withScratchFolder { folder in
            // Without STARTTLS in between this server offers no sign-in.
            let signsIn = security == .starttls
            try await MailBox.with(
                folder, security, password: signsIn ? "pass word ü" : nil, without: mechanism
            ) { box in
                let way: MailServer.Security = security == .tls ? .tls : .starttls
                let server = try server(
                    box, way, username: signsIn ? "ada" : nil, trusting: Text(box.authority))
                #expect(try await send(server, password: signsIn ? "pass word ü" : nil).0 == .done)
                let letter = try #require(try box.all.first)
                #expect(try box.all.count == 1)
                #expect(letter.to == ["ops@example.org"] && letter.from == "trimtab@example.org")
                #expect(letter.subject.hasPrefix("[acme] warning: drifted") && letter.subject.contains("größer"))
                #expect(letter.body.contains("größer  Bcc: x@evil.example"))
                #expect(letter.tls && letter.user == (signsIn ? "ada" : nil))
            }
        }
    }

    @Test func `a certificate that nobody vouches for, and a server without TLS, get nothing`() async throws {
        try await withScratchFolder { folder in
            for name in ["IP:127.0.0.1", "DNS:mail.example.org"] {
                try await MailBox.with(folder, .starttls, certifiedFor: name) { box in
                    // The first of the two is nobody's whom the system trusts, the second is for somebody else.
                    let authority = name.hasPrefix("IP") ? nil : Text(box.authority)
                    let delivery = try await send(try server(box, .starttls, trusting: authority)).0
                    #expect(delivery == .later(MailTransport.distrusted, after: nil))
                    #expect(try box.all.isEmpty)
                }
            }
            try await MailBox.with(folder, .none) { box in
                let clear = try await send(try server(box, .starttls, trusting: Text(box.authority))).0
                #expect(clear == .later("offers no STARTTLS", after: nil))
                #expect(try await send(try server(box, .none, trusting: nil)).0 == .done)
                #expect(try box.all.count == 1)
            }
        }
    }

    @Test func `a server that hangs up once it has the letter was told`() async throws {
        try await withScratchFolder { folder in
            try await MailBox.with(folder, .none) { box in
                let server = try server(box, .none, to: ["brief@example.org"], trusting: nil)
                // Whether it is gone before the farewell is chance.
                for _ in 0..<20 { #expect(try await send(server).0 == .done) }
                #expect(try box.all.count == 20)
            }
        }
    }

    @Test func `a wrong password is tried again, and is in nothing that is said`() async throws {
        try await withScratchFolder { folder in
            try await MailBox.with(folder, .starttls, password: "right") { box in
                let server = try server(box, .starttls, username: "ada", trusting: Text(box.authority))
                let delivery = try await send(server, password: "canary-0815").0
                #expect(delivery == .later("answered the sign-in with 535", after: nil))
                #expect(!"\(delivery)".contains("canary"))
            }
        }
    }

    @Test func `one recipient that is not there does not keep the others from being told`() async throws {
        try await withScratchFolder { folder in
            try await MailBox.with(folder, .tls) { box in
                let some = try server(
                    box, .tls, to: ["nobody@example.org", "ops@example.org"], trusting: Text(box.authority))
                let sent = try await send(some)
                #expect(sent.0 == .done && sent.refused == ["nobody@example.org is refused with 550"])
                #expect(try box.all.map(\.to) == [["ops@example.org"]])
                let none = try server(box, .tls, to: ["nobody@example.org"], trusting: Text(box.authority))
                #expect(try await send(none).0 == .refused("takes none of the recipients"))
            }
        }
    }

    @Test func `a daemon tells by mail what is recorded, once the server takes it`() async throws {
        try await TrialSite.with { site in
            try await MailBox.with(site.folder, .starttls, password: "canary-4712") { box in
                try declare(box, events: "[syncEnded]", in: site)
                try site.writeContent("one")
                try await site.withDaemon {
                    try await site.wait { try await site.figure("trimtab_notifications_total{result=\"retried\"}") > 0 }
                    #expect(try box.all.isEmpty)
                    try site.write("", to: "letters.open")
                    try await site.wait { try await site.figure("trimtab_notifications_total{result=\"told\"}") == 1 }
                }
                let letter = try #require(try box.all.first)
                #expect(try box.all.count == 1)
                #expect(letter.subject.hasPrefix("[example] syncEnded example/web@dev"))
                #expect(letter.id.hasSuffix("@example.org>"))
                #expect(!letter.body.contains("canary"))
            }
        }
    }

    @Test func `what waited for the server comes as one letter, once`() async throws {
        try await TrialSite.with { site in
            try await MailBox.with(site.folder, .starttls, password: "canary-4712") { box in
                try declare(box, events: "[syncStarted, syncEnded]", in: site)
                try site.writeContent("one")
                try await site.withDaemon {
                    try await site.wait { try await site.figure("trimtab_notifications_total{result=\"retried\"}") > 0 }
                    for content in ["two", "three"] {
                        try site.writeContent(content)
                        try await site.wait { (try? site.read("fleet/sandbox/dev/srv/site/index.html")) == content }
                        try await site.wait { try await site.unit("web@dev")?["sync"] == "InSync" }
                    }
                    #expect(try box.all.isEmpty)
                }
                try site.write("", to: "letters.open")
                for _ in 0..<2 {
                    try await site.withDaemon {
                        try await site.wait { try box.all.count >= 2 }
                        try await Task.sleep(for: .seconds(3))
                    }
                }
                let letters = try box.all
                #expect(letters.count == 2, "\(letters.map(\.subject))")
                #expect(letters.last?.subject == "[example] 5 events" && Set(letters.map(\.id)).count == 2)
                let lines =
                    letters.last?.body.split(whereSeparator: \.isNewline).filter { $0.contains("example/web@dev") }
                    ?? []
                #expect(lines.count == 5, "\(letters.last?.body ?? "")")
            }
        }
    }

    private func declare(_ box: MailBox, events: String, in site: TrialSite) throws {
        try site.write(
            """
            kind: Notification
            metadata: {name: mail}
            spec: {connection: mail, events: \(events), on: {name: dev}}

            """, to: "fleet/platform/notifications.yaml")
        try site.writePrivate(
            """
            mail:
              host: 127.0.0.1
              port: \(box.port)
              from: trimtab@example.org
              to: later@example.org
              username: ada
              password: canary-4712
              authority: \(box.authority)

            """, to: "state/notifications/mail.yaml")
    }
}
