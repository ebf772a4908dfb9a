// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Crypto
import Manifest
package import Model

/// A request of which is known who sent it. Nothing but ``Webhook/verify(_:now:)`` makes one, and only what it says counts.
package struct SignedDelivery: Sendable {
    package let hook: Webhook
    /// What happened, in the forge's words; not every forge signs it.
    let event: Text?
    /// What tells it from others: its id and its content.
    let marks: [Manifest.Digest]
    let body: [UInt8]

    fileprivate init(hook: Webhook, event: Text?, ids: [Text?], body: [UInt8]) {
        self.hook = hook
        self.event = event
        self.body = body
        let named = ids.compactMap(\.self).map { Manifest.Digest(of: Array("\(hook.name) \($0)".utf8)) }
        // Where the id is signed it tells all; otherwise anybody could give an old body a new one.
        guard hook.provider != .generic else {
            marks = named
            return
        }
        marks = named + [Manifest.Digest(of: Array("\(hook.name)\n".utf8) + body)]
    }

    /// What moved; `nil` when it tells of something else.
    package func hint() throws(HookRefusal) -> RepositoryHint? {
        try RepositoryHint.read(hook.provider, event: event, body)
    }
}

extension Webhook {
    /// How far the clock of a sender who writes the time may be from ours; as Standard Webhooks advises.
    package static let tolerance = Duration.seconds(300)

    /// Checks over the bytes as they came that who sent them holds a secret of the hook.
    ///
    /// GitHub, Gitea, Forgejo and Bitbucket sign the body, GitLab sends the secret itself. Standard Webhooks sign the id
    /// and the time as well.
    package func verify(_ request: HookRequest, now: Time) throws(HookRefusal) -> SignedDelivery {
        let body = request.body
        switch provider {
        case .github:
            try check(request.value(of: "x-hub-signature-256"), after: "sha256=", body)
            return SignedDelivery(
                hook: self, event: request.value(of: "x-github-event"), ids: [request.value(of: "x-github-delivery")],
                body: body)
        case .gitea:
            try check(request.value(of: "x-forgejo-signature", "x-gitea-signature"), after: "", body)
            return SignedDelivery(
                hook: self, event: request.value(of: "x-forgejo-event", "x-gitea-event"),
                ids: [request.value(of: "x-forgejo-delivery", "x-gitea-delivery")], body: body)
        case .bitbucket:
            try check(request.value(of: "x-hub-signature"), after: "sha256=", body)
            return SignedDelivery(
                hook: self, event: request.value(of: "x-event-key"),
                ids: [request.value(of: "x-request-uuid", "x-request-id")], body: body)
        case .gitlab:
            guard let token = request.value(of: "x-gitlab-token") else { throw .unsigned }
            let sent = Secret(token)
            // All are compared, whichever fits.
            guard secrets.filter({ $0 == sent }).count > 0 else { throw .unsigned }
            return SignedDelivery(
                hook: self, event: request.value(of: "x-gitlab-event"),
                // What it calls the event's id is that of whatever caused it: several deliveries may share one.
                ids: [request.value(of: "idempotency-key")], body: body)
        case .generic:
            let id = try verifyStandard(request, now: now)
            return SignedDelivery(hook: self, event: nil, ids: [id], body: body)
        }
    }

    /// A signature in hexadecimal digits.
    private func check(_ header: Text?, after prefix: Text, _ body: [UInt8]) throws(HookRefusal) {
        guard let header, header.utf8.starts(with: prefix.utf8),
            let code = Hex.decode(String(header.string.utf8.dropFirst(prefix.utf8.count)) ?? "")
        else { throw .unsigned }
        guard isSigned(body, [code], keys: secrets.map { $0.withExposed { Array($0.utf8) } }) else { throw .unsigned }
    }

    /// Gives the id. The time is looked at last: who cannot sign learns nothing of our clock.
    private func verifyStandard(_ request: HookRequest, now: Time) throws(HookRefusal) -> Text {
        guard let id = request.value(of: "webhook-id"), let written = request.value(of: "webhook-timestamp"),
            let signatures = request.value(of: "webhook-signature"), (1...256).contains(id.utf8.count),
            let seconds = Int64(written.string), (0...9_000_000_000).contains(seconds)
        else { throw .unsigned }
        let codes = signatures.utf8.split(separator: UInt8(ascii: " ")).prefix(8)
            .filter { $0.starts(with: "v1,".utf8) }
            .compactMap { Base64.decode($0.dropFirst(3)) }
        let content = Array("\(id).\(written).".utf8) + request.body
        guard isSigned(content, codes, keys: secrets.map(Self.standardKey)) else { throw .unsigned }
        let distance = now.duration(since: Time(nanoseconds: seconds * 1_000_000_000))
        guard distance.magnitude <= Self.tolerance else { throw .stale }
        return id
    }

    /// The bytes after `whsec_` in Base64; a secret that is written otherwise is the key itself.
    private static func standardKey(_ secret: Secret<Text>) -> [UInt8] {
        secret.withExposed { text in
            let prefix = "whsec_".utf8
            guard text.utf8.starts(with: prefix) else { return Array(text.utf8) }
            return Base64.decode(text.utf8.dropFirst(prefix.count)) ?? Array(text.utf8)
        }
    }

    /// In a time that does not tell which code or key comes close.
    private func isSigned(_ content: [UInt8], _ codes: [[UInt8]], keys: [[UInt8]]) -> Bool {
        var isGood = false
        for key in keys {
            let mine = Array(HMAC<SHA256>.authenticationCode(for: content, using: SymmetricKey(data: key)))
            for code in codes where code.isEqualInConstantTime(to: mine) { isGood = true }
        }
        return isGood
    }
}

extension Duration {
    fileprivate var magnitude: Duration { self < .zero ? .zero - self : self }
}
