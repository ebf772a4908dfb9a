// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
package import Model

/// The kind Project: which sources its applications may come from, and what they may touch where.
package struct Project: Sendable, Hashable {
    /// What is allowed on the targets that a selector means.
    package struct Limit: Sendable, Hashable {
        package var on: Selector
        package var grant: Grant
    }

    package var name: ProjectName
    /// Names of sources; `fleet` stands for the fleet repository itself.
    package var sources: [Text]
    /// Repositories that charts may be fetched from.
    package var charts: [ChartRepository]
    package var limits: [Limit]

    package static let shape = Envelope.shape(.project, spec: spec) { name, _, spec in
        Project(name: name, sources: spec.sources, charts: spec.charts, limits: spec.limits)
    }

    private struct Spec: Sendable {
        var sources: [Text]
        var charts: [ChartRepository]
        var limits: [Limit]
    }

    private static let spec = Shape<Spec>.object(
        Field.required(
            "sources", .list(of: Shape<SourceName>.name().map(\.text)),
            "The sources that applications may come from; fleet is the fleet repository itself."),
        Field.optional(
            "charts", .list(of: ChartRepository.shape), default: [],
            "Repositories that charts of Helm may be fetched from, dependencies included."),
        Field.required("limits", .list(of: limit), "What applications may touch, by target.")
    ) { Spec(sources: $0, charts: $1, limits: $2) }

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
