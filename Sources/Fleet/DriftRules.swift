// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// Which differences of live objects are nobody's business: `sync.ignore` and `sync.additions` of the kind Application.
package struct DriftRules: Sendable, Hashable {
    /// A field that may differ without being drift.
    package struct Ignore: Sendable, Hashable {
        /// `nil`: of any kind.
        package var kind: Text?
        /// `nil`: of any name.
        package var name: Text?
        package var field: FieldPattern

        package init(kind: Text? = nil, name: Text? = nil, field: FieldPattern) {
            self.kind = kind
            self.name = name
            self.field = field
        }

        package func isAbout(_ object: ObjectID) -> Bool {
            (kind.map { $0 == object.kind } ?? true) && (name.map { $0 == object.name } ?? true)
        }
    }

    /// What to do with items that others put into lists and maps that an application declares.
    package enum Additions: String, Sendable, Hashable, CaseIterable {
        case ignore, report, remove
    }

    package var ignore: [Ignore]
    package var additions: Additions

    package init(ignore: [Ignore] = [], additions: Additions = .report) {
        self.ignore = ignore
        self.additions = additions
    }

    /// The fields of an object that may differ.
    package func ignored(of object: ObjectID) -> [FieldPattern] {
        ignore.compactMap { $0.isAbout(object) ? $0.field : nil }
    }
}
