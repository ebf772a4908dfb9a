// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

extension FleetKind {
    /// The table that the strict reader itself is made of; `nil` for kinds that this version does not support.
    package var schema: KindSchema? {
        table.map {
            KindSchema(kind: word, apiVersion: Self.apiVersion, summary: summary, schema: $0, example: example)
        }
    }

    private var table: Schema? {
        switch self {
        case .fleet: FleetLayout.shape.schema
        case .target: Target.shape.schema
        case .source: Source.shape.schema
        case .project: Project.shape.schema
        case .application: Application.shape.schema
        case .secretStore: SecretStore.shape.schema
        case .role: Role.shape.schema
        case .roleBinding: RoleBinding.shape.schema
        case .notification: NotificationRule.shape.schema
        }
    }

    /// The schemas of all kinds that this version supports, in the order of their declaration.
    package static var schemas: [KindSchema] { allCases.compactMap(\.schema) }
}
