// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model
import Webhooks

/// A payload gives a bounded hint or a short reason, the same each time; and of a hook's file no secret is shown.
enum WebhookProperties {
    static func check(_ bytes: [UInt8]) throws {
        for (provider, event) in [
            (.github, "push"), (.gitea, "push"), (.gitlab, "Push Hook"), (.gitlab, "System Hook"),
            (.bitbucket, "repo:push"), (.generic, ""),
        ] as [(HookProvider, Text)] {
            let first = read(provider, event, bytes)
            try require(read(provider, event, bytes) == first, "read twice, two hints")
            switch first {
            case .success(let hint):
                guard let hint else { continue }
                try require(hint.addresses.count <= RepositoryHint.limit, "too many addresses")
                try require(
                    hint.addresses.allSatisfy { $0.utf8.count <= RepositoryHint.longest }, "too long an address")
                try require(Set(hint.addresses).count == hint.addresses.count, "an address is there twice")
                try require(hint.refs.allSatisfy { $0.utf8.count <= 1024 + 11 }, "too long a ref")
            case .failure(.malformed(let reason)):
                try require((1...1000).contains(reason.utf8.count), "a reason of \(reason.utf8.count) bytes")
            case .failure(let refusal): throw Violation(description: "a payload is refused as \(refusal)")
            }
        }
        try checkFile(bytes)
    }

    private static func read(
        _ provider: HookProvider, _ event: Text, _ bytes: [UInt8]
    ) -> Result<RepositoryHint?, HookRefusal> {
        do throws(HookRefusal) { return .success(try RepositoryHint.read(provider, event: event, bytes)) } catch {
            return .failure(error)
        }
    }

    private static func checkFile(_ bytes: [UInt8]) throws {
        guard let name = HookName("forge"), let documents = try? YAML.read(bytes, keys: .asWritten),
            documents.count == 1,
            let value = documents.first?.value
        else { return }
        func words(_ value: Value) -> String {
            do throws(HookFileError) {
                _ = try Webhook(JSON.write(value), name: name, file: "forge.yaml")
                return ""
            } catch {
                // Without places: what is masked moves what comes after it.
                return error.reason.string.filter { !$0.isNumber }
            }
        }
        let masked = value.masked { $0 == "secret" }
        try require(words(masked) == words(value), "what is refused depends on a secret")
    }
}
