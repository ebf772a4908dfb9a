// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation
import Manifest
import Model
import Notifications
import TestSupport
import Testing

/// Letters, and how they are handed over.
@Suite struct MailTests {
    private func receiver(_ rest: String = "") throws -> Receiver {
        try News.receiver(
            "mail: {host: mail.example.org, from: trimtab@example.org, to: [ops@example.org, dev@example.org]\(rest)}")
    }

    private func server(_ rest: String = "") throws -> (MailServer, Secret<Text>?) {
        let receiver = try receiver(rest)
        guard case .mail(let server) = receiver.form else { throw ReceiverError("is no mail") }
        return (server, receiver.token)
    }

    private func letter(_ messages: [Message]) throws -> [String] {
        let letter = try #require(Letter(messages, by: "chat", from: try server().0))
        return String(decoding: letter.bytes, as: UTF8.self).components(separatedBy: "\r\n")
    }

    private func body(_ lines: [String]) -> String {
        let encoded = lines.drop { !$0.isEmpty }.joined()
        return Base64.decode(Array(encoded.utf8)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    @Test func `no event begins a header of its own, or ends the letter`() throws {
        let hostile = "x\r\nBcc: mallory@evil.example\r\n\r\n.\r\nRCPT TO:<mallory@evil.example>\u{0}"
        let lines = try letter([News.message(1, Text(hostile))])
        let head = lines.prefix { !$0.isEmpty }
        let names = head.filter { !$0.hasPrefix(" ") }.map { $0.prefix { $0 != ":" } }
        #expect(
            names == [
                "From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type",
                "Content-Transfer-Encoding", "Auto-Submitted",
            ])
        #expect(head.allSatisfy { $0.hasPrefix("Subject: [acme] ") || !$0.contains("mallory") })
        #expect(lines.allSatisfy { $0.utf8.count <= 998 && !$0.hasPrefix(".") && !$0.utf8.contains(0x0A) })
        #expect(body(lines).contains("mallory"))
        #expect(!body(lines).contains("\r\nBcc"))
    }

    @Test func `letters of any language stand in the subject, and none is split`() throws {
        let summary = String(repeating: "größer als früher 🚢 ", count: 5)
        let lines = try letter([News.message(1, Text(summary))])
        let start = try #require(lines.firstIndex { $0.hasPrefix("Subject: ") })
        let words = lines[start...].enumerated().prefix { $0.offset == 0 || $0.element.hasPrefix(" ") }
            .map { $0.element.replacing("Subject:", with: "").dropFirst() }
        let decoded = try words.map { word in
            #expect(word.utf8.count <= 75 && word.hasPrefix("=?UTF-8?B?") && word.hasSuffix("?="))
            let bytes = try #require(Base64.decode(Array(word.dropFirst(10).dropLast(2).utf8)))
            return try #require(String(validating: bytes, as: UTF8.self))
        }
        #expect(decoded.joined().hasPrefix("[acme] warning: drifted acme/web@prod: größer als früher 🚢"))
        #expect(try letter([News.message(1, "=?UTF-8?B?eA==?=")]).contains { $0.hasPrefix("Subject: =?UTF-8?B?") })
    }

    @Test func `a letter is the same each time, and a digest names its events`() throws {
        let some = (1...3).map { News.message($0, "event \($0)") }
        #expect(try letter(some) == letter(some))
        #expect(try letter(some) != letter([some[0]]))
        #expect(try letter(some).contains("Subject: [acme] 3 events"))
        #expect(try letter(some).contains("Date: Mon, 21 Sep 2026 14:13:20 +0000"))
        let text = body(try letter(some))
        for number in 1...3 { #expect(text.contains("event \(number)")) }
    }

    /// What the server says, and what is said to it; `!` begins how it ends.
    private func talk(_ rest: String, _ replies: [String]) throws -> [String] {
        let (server, password) = try server(rest)
        let letter = try #require(Letter([News.message(1)], by: "chat", from: server))
        var dialogue = SMTPDialogue(letter, to: server, password: password)
        var reader = SMTPReplyReader()
        var said: [String] = []
        func note(_ actions: [SMTPDialogue.Action]) {
            for action in actions {
                switch action {
                case .send(let bytes):
                    let text = String(decoding: bytes, as: UTF8.self)
                    said.append(text.hasPrefix("From: ") ? "LETTER" : text.replacing("\r\n", with: ""))
                case .startTLS:
                    said.append("TLS")
                    note(dialogue.secured())
                case .finish(let delivery): said.append("!\(delivery)")
                }
            }
        }
        for reply in replies {
            reader.append(Array((reply + "\r\n").utf8))
            while let next = try reader.next() { note(dialogue.received(next)) }
        }
        return said
    }

    @Test func `a letter is handed over under TLS, to each recipient, with a sign-in`() throws {
        let said = try talk(
            ", username: ada, password: s3cret",
            [
                "220 mail", "250-mail\r\n250-SIZE 1000\r\n250 STARTTLS", "220 go", "250-mail\r\n250 AUTH LOGIN PLAIN",
                "235 in", "250 ok", "250 ok", "250 ok", "354 go", "250 taken",
            ])
        #expect(
            said == [
                "EHLO example.org", "STARTTLS", "TLS", "EHLO example.org",
                "AUTH PLAIN " + Base64.encode(Array("\0ada\0s3cret".utf8)), "MAIL FROM:<trimtab@example.org>",
                "RCPT TO:<ops@example.org>", "RCPT TO:<dev@example.org>", "DATA", "LETTER", "QUIT", "!done",
            ])
    }

    @Test func `who knows only LOGIN is told so`() throws {
        let said = try talk(
            ", security: tls, username: ada, password: s3cret",
            ["220 mail", "250 AUTH LOGIN", "334 VXNlcm5hbWU6", "334 UGFzc3dvcmQ6", "535 no"])
        #expect(said.dropLast() == ["EHLO example.org", "AUTH LOGIN", "YWRh", "czNjcmV0", "QUIT"])
        #expect(said.last?.hasPrefix("!later") == true)
    }

    @Test func `nothing is sent in the clear where TLS is taken out`() throws {
        let said = try talk(", username: ada, password: s3cret", ["220 mail", "250 AUTH PLAIN"])
        #expect(said.prefix(2) == ["EHLO example.org", "QUIT"])
        #expect(said.last?.hasPrefix("!later") == true)
    }

    @Test(arguments: [
        (["220 m", "250 m", "250 s", "550 no", "250 b", "354", "250"], "!done"),
        (["220 m", "250 m", "250 s", "550 no", "550 no"], "!refused"),
        (["220 m", "250 m", "250 s", "450 later"], "!later"), (["220 m", "250 m", "550 s"], "!refused"),
        (["220 m", "250 m", "250 s", "250 a", "250 b", "354", "451 full"], "!later"),
        (["220 m", "250 m", "250 s", "250 a", "250 b", "354", "554 spam"], "!refused"), (["421 busy"], "!later"),
    ])
    func `what the server says decides whether it is tried again`(replies: [String], end: String) throws {
        let said = try talk(", security: tls", replies)
        #expect(said.last?.hasPrefix(end) == true, "\(said)")
        #expect(said.count { $0.hasPrefix("!") } == 1)
    }

    @Test(arguments: ["hello", "2x0 a", "250?a", "199 a", "250-a\r\n251 b", String(repeating: "2", count: 5000)])
    func `what is no reply is refused`(text: String) {
        var reader = SMTPReplyReader()
        reader.append(Array((text + "\r\n").utf8))
        #expect(throws: SMTPReplyReader.Malformed.self) { while try reader.next() != nil {} }
    }

    @Test func `any bytes are read the same in one piece and in many`() {
        var random = SplitMix(seed: 4711)
        let words = ["2", "50", "250", "-", " ", "\r", "\n", "\r\n", "a", "\u{0}", "é", "250 ok\r\n", "250-x\r\n"]
        for _ in 0..<2000 {
            let bytes = (0..<Int.random(in: 0...12, using: &random)).flatMap { _ in
                Array((words.randomElement(using: &random) ?? "").utf8)
            }
            func read(_ pieces: [[UInt8]]) -> (replies: [SMTPReply], isWhole: Bool) {
                var reader = SMTPReplyReader()
                var replies: [SMTPReply] = []
                for piece in pieces {
                    reader.append(piece)
                    do { while let reply = try reader.next() { replies.append(reply) } } catch {
                        return (replies, false)
                    }
                }
                return (replies, true)
            }
            let (whole, split) = (read([bytes]), read(bytes.map { [$0] }))
            #expect(whole.replies == split.replies && whole.isWhole == split.isWhole, "\(bytes)")
        }
    }

    @Test(arguments: [
        ", username: ada", ", password: x", ", security: none", ", security: none, username: a, password: b",
        ", port: 0", ", from: x", ", to: []", ", to: [\"a b@example.org\"]", ", to: [\"a@b>\\r\\nX\"]",
        ", host: \"a b\"", ", to: [\"ö@example.org\"]",
    ])
    func `a file that would send something else than is meant is refused`(rest: String) {
        #expect(throws: ReceiverError.self) {
            // A key that comes twice is refused as well; these replace what they name.
            let key = rest.dropFirst(2).prefix { $0 != ":" }
            let base = ["host: mail.example.org", "from: trimtab@example.org", "to: [ops@example.org]"]
            let kept = base.filter { !$0.hasPrefix(key + ":") }.joined(separator: ", ")
            _ = try News.receiver("mail: {\(kept)\(rest)}")
        }
    }
}
