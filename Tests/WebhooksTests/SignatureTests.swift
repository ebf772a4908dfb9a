// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model
import Testing
import Webhooks

/// Only who holds the secret is listened to.
@Suite struct SignatureTests {
    private let now = Deliveries.now

    @Test(arguments: HookProvider.allCases)
    func `what a forge signs says which repository moved`(provider: HookProvider) throws {
        let delivery = Deliveries.of(provider)
        let signed = try Deliveries.hook(provider).verify(delivery.request, now: now)
        let hint = try #require(try signed.hint())
        #expect(hint.addresses == delivery.addresses)
        #expect(hint.refs == delivery.refs)
    }

    /// The example of GitHub's documentation, "Validating webhook deliveries".
    @Test func `the signature that GitHub documents counts`() throws {
        let signature: Text = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
        let request = HookRequest(
            headers: [("x-hub-signature-256", signature), ("x-github-event", "ping")], body: Array("Hello, World!".utf8)
        )
        #expect(try Deliveries.hook(.github).verify(request, now: now).hint() == nil)
    }

    /// The example of the Standard Webhooks libraries.
    @Test func `a secret that begins with whsec_ is Base64`() throws {
        let key = Array(0..<24).map { UInt8($0) }
        let delivery = Deliveries.generic(key: key)
        let hook = try Deliveries.hook(.generic, Text("whsec_" + Base64.encode(key)))
        #expect(try hook.verify(delivery.request, now: now).hint() != nil)
    }

    @Test(arguments: HookProvider.allCases)
    func `what is not signed as it must be is refused before it is read`(provider: HookProvider) throws {
        let delivery = Deliveries.of(provider)
        let hook = try Deliveries.hook(provider)
        let proof = delivery.headers.first { $0.name == delivery.proof }?.value ?? ""
        var wrong: [HookRequest] = [
            delivery.with(delivery.proof, nil), delivery.with(delivery.proof, ""),
            delivery.with(delivery.proof, Text(String(proof.string.dropLast()))),
            delivery.with(delivery.proof, Text(proof.string + "0")),
            delivery.with(delivery.proof, "sha256="), delivery.with(delivery.proof, "sha1=00"),
            // Twice: who is to say which counts?
            HookRequest(headers: delivery.headers + [(delivery.proof, proof)], body: delivery.body),
        ]
        if provider != .gitlab {
            var body = delivery.body
            body[body.count / 2] ^= 1
            wrong.append(HookRequest(headers: delivery.headers, body: body))
            wrong.append(HookRequest(headers: delivery.headers, body: delivery.body + [0x20]))
            wrong.append(HookRequest(headers: delivery.headers, body: []))
        }
        for request in wrong {
            #expect(throws: HookRefusal.unsigned) { try hook.verify(request, now: now) }
        }
        #expect(throws: HookRefusal.unsigned) {
            try Deliveries.hook(provider, "some other secret").verify(delivery.request, now: now)
        }
        // Of another forge.
        for other in HookProvider.allCases where other != provider {
            #expect(throws: HookRefusal.unsigned) { try Deliveries.hook(other).verify(delivery.request, now: now) }
        }
    }

    @Test(arguments: HookProvider.allCases)
    func `while a secret is replaced both count`(provider: HookProvider) throws {
        let hook = try Deliveries.hook(provider, "the one that comes", Deliveries.secret)
        #expect(throws: Never.self) { try hook.verify(Deliveries.of(provider).request, now: now) }
    }

    @Test func `what was signed at another time is refused`() throws {
        let hook = try Deliveries.hook(.generic)
        for (distance, isGood) in [(-301, false), (-300, true), (300, true), (301, false)] {
            let delivery = Deliveries.generic(at: now.advanced(by: .seconds(distance)))
            if isGood {
                #expect(throws: Never.self) { try hook.verify(delivery.request, now: now) }
            } else {
                #expect(throws: HookRefusal.stale) { try hook.verify(delivery.request, now: now) }
            }
        }
        let delivery = Deliveries.generic()
        for time in ["", "now", "-1", "99999999999999999999", "1e9"] as [Text] {
            #expect(throws: HookRefusal.unsigned) {
                try hook.verify(delivery.with("webhook-timestamp", time), now: now)
            }
        }
        // The id is signed as well.
        #expect(throws: HookRefusal.unsigned) { try hook.verify(delivery.with("webhook-id", "msg_2"), now: now) }
    }
}
