// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
package import Model

/// The kind Project: which sources its applications may come from, and what they may touch where.
package struct Project: Sendable, Hashable {
    /// What is allowed on the targets that a selector means.
    package struct Limit: Sendable, Hashable {
        package enum Grant: Sendable, Hashable {
            case host(HostLimits)
            case kubernetes(KubernetesLimits)
        }

        package var on: Selector
        package var grant: Grant
    }

    package var name: ProjectName
    /// Names of sources; `fleet` stands for the fleet repository itself.
    package var sources: [Text]
    package var limits: [Limit]

    package static let shape = Envelope.shape(.project, spec: spec) { name, _, spec in
        Project(name: name, sources: spec.sources, limits: spec.limits)
    }

    private struct Spec: Sendable {
        var sources: [Text]
        var limits: [Limit]
    }

    private static let spec = Shape<Spec>.object(
        Field.required(
            "sources", .list(of: Shape<SourceName>.name().map(\.text)),
            "The sources that applications may come from; fleet is the fleet repository itself."),
        Field.required("limits", .list(of: limit), "What applications may touch, by target.")
    ) { Spec(sources: $0, limits: $1) }

    private static let limit = Shape<Limit?>.object(
        Field.required("on", Selector.shape, "The targets that this is about."),
        Field.optional("host", HostLimits.shape, "What is allowed on hosts."),
        Field.optional("kubernetes", KubernetesLimits.shape, "What is allowed in clusters.")
    ) { on, host, kubernetes in
        (host.map { .host($0) } ?? kubernetes.map { .kubernetes($0) }).map { Limit(on: on, grant: $0) }
    }
    .exactlyOne(of: ["host", "kubernetes"])
    .parsed { $0.map { .value($0) } ?? .refused("allows nothing") }
}

extension HostLimits {
    static let shape = Shape<HostLimits>.object(
        Field.optional(
            "paths", .list(of: .pathPattern), default: [],
            "Patterns of absolute paths: * within a name, ? for one byte, ** for any depth."),
        Field.optional("kinds", .list(of: .text), default: [], "Kinds of host.trimtab.dev: File, Service."),
        Field.optional("services", .list(of: .text), default: [], "Services of systemd, without .service."),
        Field.optional("packages", .list(of: .text), default: [], "Debian packages."),
        Field.optional(
            "commands", .list(of: .text), default: [], "Whole command lines that objects may have run to validate.")
    ) { HostLimits(paths: $0, kinds: $1, services: $2, packages: $3, commands: $4) }
}

extension Shape where Output == Text {
    fileprivate static var pathPattern: Shape {
        .text(
            "a pattern of absolute paths such as /etc/nginx/**, without \".\", \"..\" and empty names",
            pattern: #"^/(?!.*//)(?!(.*/)?\.{1,2}(/|$))(?!.*([^/]\*\*|\*\*[^/]))\#(StringRule.character)*[^/]$"#
        ) { PathPattern($0)?.text }
    }
}

/// What a project may touch in a cluster.
package struct KubernetesLimits: Sendable, Hashable {
    package enum Identity: Sendable, Hashable {
        /// `namespace/name`
        case serviceAccount(Text)
        case user(Text)
    }

    package var namespaces: [Text]
    package var clusterKinds: [Text]
    package var identity: Identity

    static let shape = Shape<KubernetesLimits?>.object(
        Field.required("namespaces", .list(of: .text), "The namespaces that objects may lie in."),
        Field.optional("clusterKinds", .list(of: .text), default: [], "Kinds that lie in no namespace."),
        Field.required("identity", identity, "As whom the units of the project act.")
    ) { namespaces, clusterKinds, identity in
        identity.map { KubernetesLimits(namespaces: namespaces, clusterKinds: clusterKinds, identity: $0) }
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
