// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// How a letter is handed to a server (RFC 5321, 3207, 4954): each reply leads to what is to be done next. Pure.
///
/// Replies are not shown in what is said of them, but for their codes: they may hold what was sent.
package struct SMTPDialogue: Sendable {
    package enum Action: Sendable, Hashable {
        case send([UInt8])
        /// Then ``secured()``.
        case startTLS
        case finish(Delivery)
    }

    private enum Phase: Sendable {
        case greeting, hello, startTLS, plain, loginName, loginPassword, password
        case sender
        case recipient(Int)
        case data, content, over
    }

    private let server: MailServer
    private let password: Secret<Text>?
    private let letter: Letter
    private var phase = Phase.greeting
    private var isSecure: Bool
    private var accepted = 0
    /// Recipients that the server does not want, and its codes.
    package private(set) var refused: [Text] = []

    package init(_ letter: Letter, to server: MailServer, password: Secret<Text>?) {
        self.server = server
        self.password = password
        self.letter = letter
        isSecure = server.security == .tls
    }

    package mutating func received(_ reply: SMTPReply) -> [Action] {
        switch phase {
        case .greeting: return reply.code == 220 ? hello() : end(reply, "greeted with")
        case .hello: return reply.code == 250 ? introduced(reply) : end(reply, "answered EHLO with")
        case .startTLS: return reply.code == 220 ? [.startTLS] : end(reply, "answered STARTTLS with", isFinal: false)
        case .loginName:
            guard reply.code == 334, let username = server.username else { return endSignIn(reply) }
            return say(Base64.encode(Array(username.utf8)), .loginPassword)
        case .loginPassword:
            guard reply.code == 334, let password else { return endSignIn(reply) }
            return say(password.withExposed { Base64.encode(Array($0.utf8)) }, .password)
        case .plain, .password: return reply.code == 235 ? sender() : endSignIn(reply)
        case .sender: return reply.code == 250 ? recipient(0) : end(reply, "refused the sender with")
        case .recipient(let index): return answered(reply, recipient: index)
        case .data:
            guard reply.code == 354 else { return end(reply, "answered DATA with") }
            phase = .content
            // No line of a letter begins with a dot.
            return [.send(letter.bytes + Array(".\r\n".utf8))]
        case .content: return reply.code == 250 ? leave(.done) : end(reply, "refused the letter with")
        case .over: return []
        }
    }

    /// Nothing of what the server said before counts any more.
    package mutating func secured() -> [Action] {
        isSecure = true
        return hello()
    }

    private mutating func hello() -> [Action] { say("EHLO \(server.from.domain)", .hello) }

    private mutating func introduced(_ reply: SMTPReply) -> [Action] {
        if server.security == .starttls, !isSecure {
            // Somebody on the way may have taken it out; nothing is sent in the clear instead.
            guard reply.offers("STARTTLS") else { return leave(.later("offers no STARTTLS", after: nil)) }
            return say("STARTTLS", .startTLS)
        }
        guard let username = server.username, let password else { return sender() }
        if reply.offers("AUTH", "PLAIN") {
            let words = password.withExposed { password -> [UInt8] in
                Array("\0\(username)\0\(password)".utf8)
            }
            return say("AUTH PLAIN \(Base64.encode(words))", .plain)
        }
        guard reply.offers("AUTH", "LOGIN") else {
            return leave(.later("offers neither AUTH PLAIN nor AUTH LOGIN", after: nil))
        }
        return say("AUTH LOGIN", .loginName)
    }

    private mutating func sender() -> [Action] { say("MAIL FROM:<\(server.from.text)>", .sender) }

    private mutating func recipient(_ index: Int) -> [Action] {
        guard server.to.indices.contains(index) else {
            return accepted > 0 ? say("DATA", .data) : leave(.refused("takes none of the recipients"))
        }
        return say("RCPT TO:<\(server.to[index].text)>", .recipient(index))
    }

    private mutating func answered(_ reply: SMTPReply, recipient index: Int) -> [Action] {
        switch reply.code {
        case 250..<260: accepted += 1
        // One who is to come later would be left out if the others were told now.
        case 400..<500: return end(reply, "answered for a recipient with")
        default: refused.append("\(server.to[index].text) is refused with \(reply.code)")
        }
        return recipient(index + 1)
    }

    /// Who is refused today may be let in once somebody mends the password.
    private mutating func endSignIn(_ reply: SMTPReply) -> [Action] {
        end(reply, "answered the sign-in with", isFinal: false)
    }

    private mutating func end(_ reply: SMTPReply, _ words: Text, isFinal: Bool = true) -> [Action] {
        let reason: Text = "\(words) \(reply.code)"
        return leave(isFinal && reply.code >= 500 ? .refused(reason) : .later(reason, after: nil))
    }

    private mutating func leave(_ delivery: Delivery) -> [Action] {
        phase = .over
        return [.send(Array("QUIT\r\n".utf8)), .finish(delivery)]
    }

    private mutating func say(_ line: String, _ next: Phase) -> [Action] {
        phase = next
        return [.send(Array("\(line)\r\n".utf8))]
    }
}
