// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Secrets

/// One reader under test, and what must hold for any bytes that it is given.
///
/// The fuzzers look for bytes for which it does not hold; the tests replay those that they have found.
package struct FuzzSubject: Sendable {
    /// Also that of its folder of inputs.
    package let name: String
    /// Bytes of an input; longer ones find nothing that shorter ones do not.
    package let sizeLimit: Int
    /// Throws a ``Violation`` when a property does not hold.
    package let check: @Sendable ([UInt8]) async throws -> Void

    package static let all = [
        FuzzSubject(name: "yaml", sizeLimit: 2048) { try await YAMLProperties.check($0) },
        FuzzSubject(name: "json", sizeLimit: 2048) { try JSONProperties.check($0) },
        FuzzSubject(name: "json-pieces", sizeLimit: 2048) { try SplitterProperties.check($0) },
        FuzzSubject(name: "fleet", sizeLimit: 4096) { try await FleetProperties.check($0) },
        FuzzSubject(name: "kustomization", sizeLimit: 4096) { try await KustomizationProperties.check($0) },
        FuzzSubject(name: "kustomize-merge", sizeLimit: 2048) { try await MergeProperties.check($0) },
        FuzzSubject(name: "git-commit", sizeLimit: 1024) { try CommitProperties.check($0) },
        FuzzSubject(name: "git-tag", sizeLimit: 1024) { try TagProperties.check($0) },
        FuzzSubject(name: "git-tree", sizeLimit: 1024) { try TreeProperties.check($0) },
        FuzzSubject(name: "git-answers", sizeLimit: 2048) { try AnswerProperties.check($0) },
        FuzzSubject(name: "age", sizeLimit: 2048) { try AgeProperties.check($0) },
        FuzzSubject(name: "sops-yaml", sizeLimit: 4096) { try await SOPSProperties.check($0, .yaml) },
        FuzzSubject(name: "sops-dotenv", sizeLimit: 2048) { try await SOPSProperties.check($0, .dotenv) },
        FuzzSubject(name: "sops-ini", sizeLimit: 2048) { try await SOPSProperties.check($0, .ini) },
        FuzzSubject(name: "vault-answer", sizeLimit: 2048) { try await VaultAnswerProperties.check($0) },
        FuzzSubject(name: "vault-connection", sizeLimit: 1024) { try VaultConnectionProperties.check($0) },
        FuzzSubject(name: "secret-mapping", sizeLimit: 2048) { try SecretMappingProperties.check($0) },
        FuzzSubject(name: "identity-token", sizeLimit: 1024) { try TokenProperties.check($0) },
        FuzzSubject(name: "identity-keys", sizeLimit: 2048) { try KeySetProperties.check($0) },
        FuzzSubject(name: "identity-provider", sizeLimit: 1024) { try IdentityProviderProperties.check($0) },
        FuzzSubject(name: "webhook", sizeLimit: 2048) { try WebhookProperties.check($0) },
        FuzzSubject(name: "chart-archive", sizeLimit: 8192) { try ArchiveProperties.check($0) },
        FuzzSubject(name: "chart-index", sizeLimit: 2048) { try ChartIndexProperties.check($0) },
        FuzzSubject(name: "chart-template", sizeLimit: 1024) { try TemplateProperties.check($0) },
    ]

    package static func named(_ name: String) -> FuzzSubject? { all.first { $0.name == name } }
}

/// A property that does not hold.
package struct Violation: Error, Sendable, CustomStringConvertible {
    package let description: String
}

func require(_ holds: Bool, _ property: @autoclosure () -> String) throws(Violation) {
    guard holds else { throw Violation(description: property()) }
}
