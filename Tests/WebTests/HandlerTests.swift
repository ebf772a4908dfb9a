// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Fleet
import Manifest
import Model
import TestSupport
import Testing
import Web

/// The pages as whoever serves them meets with them.
@Suite struct HandlerTests {
    private let pages = Pages(clock: { Sample.now })

    private func ask(_ path: Text, _ engine: MemoryOperations = Sample.engine) async -> PageAnswer? {
        let operations = AuthorizedOperations(engine, for: .local(user: "ada")) { .none }
        return await pages.answer(PageRequest(method: .get, path: path, formToken: "token-7"), operations)
    }

    @Test func `who may do everything is offered everything`() async throws {
        let page = try #require(await ask("/units/acme/web/prod")).text
        #expect(page.contains("/units/acme/web/prod/sync") && page.contains("user:ada"))
    }

    @Test func `what is no page is one that says so, and programs get none`() async throws {
        let page = try #require(await ask("/units/acme/nothing"))
        #expect(page.status == 404 && page.text.contains("There is no such page"))
        #expect(await ask("/v1/nothing") == nil)
    }

    @Test func `how to sign in holds nothing of the fleet`() throws {
        let invitation = SignInInvitation(
            providers: [.init(name: "corp", title: "Acme's sign-on", path: "/sign-in/corp")],
            tokenPath: "/sign-in/token", next: "/activity?q=<x>", failure: "This token does not count.")
        let page = pages.signIn(invitation)
        let html = try StrictHTML(page.body)
        #expect(!page.text.contains("/activity\"") && !page.text.contains("Sign out"))
        #expect(html.texts.contains("This token does not count."))
        #expect(html.elements.contains { $0.attributes.contains { $0.value == "/sign-in/corp" } })
        #expect(html.elements.contains { $0.attributes.contains { $0.value == "/activity?q=&lt;x&gt;" } })
    }

    @Test(arguments: ["//evil.example", "javascript:alert(1)", "https://evil.example", "/a\" onclick=\"b", ""])
    func `a provider that leads elsewhere is not offered`(path: Text) {
        let provider = SignInInvitation.Provider(name: "corp", title: "Needle", path: path)
        let page = pages.signIn(SignInInvitation(providers: [provider], tokenPath: "/t", next: "/"))
        #expect(!page.text.contains("Needle"))
    }
}
