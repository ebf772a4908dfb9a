// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
package import Secrets
import Testing

/// What every store of secrets is held to.
package struct SecretStoreConformance: Sendable {
    private let store: any SecretStoreReader
    private let put: @Sendable (_ path: Text, _ value: String) async throws -> Void
    /// Where a path holds its one value.
    private let key: Text

    /// - Parameter put: Makes that the value of the path from now on.
    package init(
        _ store: any SecretStoreReader, key: Text = StoredSecret.onlyKey,
        put: @escaping @Sendable (_ path: Text, _ value: String) async throws -> Void
    ) {
        self.store = store
        self.key = key
        self.put = put
    }

    package func run() async throws {
        try await versionsFollowValues()
        try await anyValueComesBack()
        await whatIsNotThereIsMissing()
        try await errorsHoldNoValues()
    }

    private func value(_ path: Text) async throws -> String? {
        try await store.read(path, version: nil).values[key]?.withExposed { String(decoding: $0, as: UTF8.self) }
    }

    private func versionsFollowValues() async throws {
        try await put("shop/one", "canary-a")
        let first = try await store.read("shop/one", version: nil)
        #expect(try await store.read("shop/one", version: nil) == first, "what stands has one version")
        try await put("shop/one", "canary-b")
        let second = try await store.read("shop/one", version: nil)
        #expect(second.version != first.version, "another value is another version")
        #expect(try await value("shop/one") == "canary-b")
        guard let before = first.number, let now = second.number else { return }
        #expect(before < now, "numbers rise")
        #expect(try await store.read("shop/one", version: before) == first, "an earlier version can be had")
    }

    private func anyValueComesBack() async throws {
        for (name, text) in [
            ("lines", "a\nb\r\n\n"), ("quotes", #"{"a": "b"}\ "#),
            ("long", String(repeating: "0123456789abcdef", count: 65_536)),
            ("letters", "pässwörd \u{1F511}"),
        ] {
            try await put("shop/\(Text(name))", text)
            #expect(try await value("shop/\(Text(name))") == text, "\(name)")
        }
    }

    private func whatIsNotThereIsMissing() async {
        let error = await #expect(throws: StoreError.self) { try await store.read("shop/nowhere", version: nil) }
        #expect(error?.state == .missing, "\(String(describing: error))")
    }

    private func errorsHoldNoValues() async throws {
        try await put("shop/one", "canary-c")
        do throws(StoreError) { _ = try await store.read("shop/one/below", version: nil) } catch {
            #expect(!"\(error)".contains("canary"))
        }
    }
}
