// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// What a project may touch in a cluster.
package struct KubernetesLimits: Sendable, Hashable {
    package enum Identity: Sendable, Hashable {
        /// `namespace/name`
        case serviceAccount(Text)
        case user(Text)
    }

    /// Names; `*` stands for all.
    package var namespaces: [Text]
    /// `ClusterRole` or `ClusterRole.rbac.authorization.k8s.io`; `*` stands for all.
    package var clusterKinds: [Text]
    /// Kinds whose objects may be deleted and made anew when a field changes that cannot be changed; `*` for all.
    package var replace: [Text]
    /// Kinds of whose objects fields may be taken that other appliers own; `*` for all.
    package var force: [Text]
    /// Kinds whose objects must not carry the fleet's label; `*` for all.
    package var unlabelled: [Text]
    package var identity: Identity

    package init(
        namespaces: [Text], clusterKinds: [Text] = [], replace: [Text] = [], force: [Text] = [],
        unlabelled: [Text] = [], identity: Identity
    ) {
        self.namespaces = namespaces
        self.clusterKinds = clusterKinds
        self.replace = replace
        self.force = force
        self.unlabelled = unlabelled
        self.identity = identity
    }

    static let shape = Shape<KubernetesLimits?>.object(
        Field.required("namespaces", .list(of: .text), "The namespaces that objects may lie in; * stands for all."),
        Field.optional(
            "clusterKinds", .list(of: .text), default: [],
            "Kinds that lie in no namespace: ClusterRole; * stands for all. A Namespace must be one of namespaces, too."
        ),
        Field.optional(
            "replace", .list(of: .text), default: [],
            "Kinds that may be deleted and made anew when a field changes that cannot be changed; * stands for all."),
        Field.optional(
            "force", .list(of: .text), default: [],
            "Kinds of which fields may be taken that other appliers own, which a plan says; * stands for all."),
        Field.optional(
            "unlabelled", .list(of: .text), default: [],
            "Kinds that must not carry the label trimtab.dev/fleet; each object has a watch of its own; * stands for all."
        ),
        Field.required("identity", identity, "As whom the units of the project act.")
    ) { namespaces, clusterKinds, replace, force, unlabelled, identity in
        identity.map {
            KubernetesLimits(
                namespaces: namespaces, clusterKinds: clusterKinds, replace: replace, force: force,
                unlabelled: unlabelled, identity: $0)
        }
    }
    .parsed { $0.map { .value($0) } ?? .refused("names no identity") }

    private static let identity = Shape<Identity?>.object(
        Field.optional("serviceAccount", serviceAccount, "A service account."),
        Field.optional("user", user, "A user to impersonate.")
    ) { $0.map { .serviceAccount($0) } ?? $1.map { .user($0) } }
    .exactlyOne(of: ["serviceAccount", "user"])

    private static let serviceAccount = Shape<Text>
        .text("a service account as namespace/name", pattern: #"^[a-z0-9.-]+/[a-z0-9.-]+$"#) { text in
            let parts = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
            let isClean = parts.allSatisfy { !$0.isEmpty && $0.allSatisfy(isNameByte) }
            return isClean && parts.count == 2 ? text : nil
        }

    private static let user = Shape<Text>
        .text("a user that is not of the system itself", pattern: "^(?!system:)\(StringRule.character)+$") { text in
            text.utf8.starts(with: "system:".utf8) ? nil : text
        }
}

/// Of the names that Kubernetes gives its objects.
private func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"),
        UInt8(ascii: "."):
        true
    default:
        false
    }
}
