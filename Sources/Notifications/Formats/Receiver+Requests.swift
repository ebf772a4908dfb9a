// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Crypto
package import Manifest
package import Model

extension Receiver {
    /// The request that tells these messages; `nil` when it is not for this receiver.
    ///
    /// - Parameters:
    ///   - rule: whose messages they are.
    ///   - alerts: for Alertmanager, what changed.
    ///   - statuses: by the message's id.
    package func request(
        for messages: [Message], by rule: Text, alerts: [AlertBook.Alert] = [], status: CommitStatus? = nil, now: Time
    ) -> OutgoingRequest? {
        guard let first = messages.first, let last = messages.last else { return nil }
        let key: Text = messages.count == 1 ? "\(first.id)/\(rule)" : "\(first.id)..\(last.sequence)/\(rule)"
        switch form {
        case .slack:
            return OutgoingRequest(url: url, headers: Self.json, token: nil, body: SlackFormat.body(messages), key: key)
        case .cloudEvents(let mode):
            let (headers, body) = CloudEventFormat.request(first, mode)
            return OutgoingRequest(
                url: url, headers: headers + signature(of: body, id: key, now: now), token: bearer, body: body, key: key
            )
        case .alertmanager: return request(telling: alerts, key: key, now: now)
        // See ``Letter``.
        case .mail: return nil
        case .statuses(let forge):
            guard let status, isHome(of: status.place.host) else { return nil }
            let (path, body) = status.request(first, forge)
            return OutgoingRequest(
                url: appending(path), headers: Self.json, token: token.map { Self.authorization($0, forge) },
                body: body,
                key: key)
        }
    }

    /// For alerts that fire still, too.
    package func request(telling alerts: [AlertBook.Alert], key: Text, now: Time) -> OutgoingRequest? {
        guard !alerts.isEmpty else { return nil }
        return OutgoingRequest(
            url: appending("/api/v2/alerts"), headers: Self.json, token: bearer,
            body: AlertBook.body(alerts, now: now), key: key)
    }

    private static let json: [(name: Text, value: Text)] = [("content-type", "application/json")]

    private func appending(_ path: Text) -> Secret<Text> { Secret(url.withExposed { "\($0)\(path)" }) }

    private var bearer: (header: Text, value: Secret<Text>)? {
        token.map { ("authorization", Secret($0.withExposed { "Bearer \($0)" })) }
    }

    private static func authorization(_ token: Secret<Text>, _ forge: Forge) -> (header: Text, value: Secret<Text>) {
        switch forge {
        case .github: ("authorization", Secret(token.withExposed { "Bearer \($0)" }))
        case .gitea: ("authorization", Secret(token.withExposed { "token \($0)" }))
        case .gitlab: ("private-token", token)
        }
    }

    /// A token goes to no other forge than its own: `api.github.com` keeps what lies on `github.com`.
    private func isHome(of host: Text) -> Bool {
        guard let own = url.withExposed({ ReceiverURL($0) })?.host else { return false }
        return own == host || own == "api.\(host)"
    }

    /// As Standard Webhooks sign: the id, the time and the body.
    private func signature(of body: [UInt8], id: Text, now: Time) -> [(name: Text, value: Text)] {
        guard let secret else { return [] }
        let seconds = now.nanoseconds / 1_000_000_000
        let code = secret.withExposed { text in
            let prefix = "whsec_".utf8
            let key = text.utf8.starts(with: prefix) ? Base64.decode(text.utf8.dropFirst(prefix.count)) : nil
            return HMAC<SHA256>.authenticationCode(
                for: Array("\(id).\(seconds).".utf8) + body, using: SymmetricKey(data: key ?? Array(text.utf8)))
        }
        return [
            ("webhook-id", id), ("webhook-timestamp", Text("\(seconds)")),
            ("webhook-signature", Text("v1,\(Base64.encode(Array(code)))")),
        ]
    }
}
