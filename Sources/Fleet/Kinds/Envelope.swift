// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model

/// What all kinds share: `apiVersion`, `kind`, `metadata`, `spec`.
enum Envelope {
    /// The shape of a whole declaration whose spec has a given shape.
    static func shape<Noun, Spec: Sendable, Output: Sendable>(
        _ kind: FleetKind, spec: Shape<Spec>, make: @escaping @Sendable (Name<Noun>, Labels, Spec) -> Output
    ) -> Shape<Output> {
        Shape.object(
            Field.optional(
                "apiVersion", .choice([(FleetKind.apiVersion, true)]), default: true,
                "The version of this schema; may be left out."),
            Field.required("kind", .choice([(kind.word, true)])),
            Field.required("metadata", metadata(), "Who this is."),
            Field.required("spec", spec, "What is wanted.")
        ) { _, _, metadata, spec in make(metadata.name, metadata.labels, spec) }
    }

    private struct Metadata<Noun>: Sendable {
        var name: Name<Noun>
        var labels: Labels
    }

    private static func metadata<Noun>() -> Shape<Metadata<Noun>> {
        Shape.object(
            Field.required("name", .name(), "Unique among its kind in the fleet."),
            Field.optional("labels", .labels, default: [:], "What selectors choose by.")
        ) { Metadata(name: $0, labels: $1) }
    }
}
