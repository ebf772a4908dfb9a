// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model

/// Whose an object is: the marks that lie on it. On its own metadata only, never on templates, so that nothing that it
/// makes is marked.
enum Claim {
    /// `fleet/application@target`
    static let unit: Text = "trimtab.dev/unit"
    /// The fleet's name: one constant label, by which watches are narrowed.
    static let fleet: Text = "trimtab.dev/fleet"
    /// Set to `none` on objects that must not carry the label.
    static let label: Text = "trimtab.dev/label"
    /// Set to `never` on objects that stay when they leave Git, and on those that are not put back.
    static let prune: Text = "trimtab.dev/prune"
    static let heal: Text = "trimtab.dev/heal"
    /// On objects that are not put back: the digest of what Git said when they were applied last. As long as Git says that,
    /// they are left alone, also by one that has lost its memory.
    static let content: Text = "trimtab.dev/content"
    /// On an inventory: whose it is, as an annotation; and of which fleet, as a label, by which they are found.
    static let inventory: Text = "trimtab.dev/inventory"

    /// The manifest with the marks of a unit.
    static func mark(_ manifest: Value, as unit: UnitID, isLabelled: Bool = true, content: Digest? = nil) -> Value {
        guard var object = manifest.objectValue else { return manifest }
        var metadata = object["metadata"]?.objectValue ?? Object()
        var annotations = metadata["annotations"]?.objectValue ?? Object()
        annotations[Claim.unit] = .string(Text(unit.description))
        if let content { annotations[Self.content] = .string(Text(content.hex)) }
        if isLabelled {
            var labels = metadata["labels"]?.objectValue ?? Object()
            labels[fleet] = .string(unit.fleet.text)
            metadata["labels"] = .object(labels)
        }
        metadata["annotations"] = .object(annotations)
        object["metadata"] = .object(metadata)
        return .object(object)
    }

    /// Whose a live object is.
    enum Holder: Sendable, Hashable {
        case nobody
        case unit(UnitID)
        /// The mark says something that is no unit.
        case unreadable(Text)
    }

    static func holder(of live: Value) -> Holder {
        guard let text = live["metadata"]?["annotations"]?[unit]?.stringValue, !text.isEmpty else { return .nobody }
        return UnitID(parsing: text).map { .unit($0) } ?? .unreadable(text)
    }

    /// A merge patch that takes the marks off and leaves everything else, the fields' owner included, as it stands.
    static func release(_ live: Value, manager: Text) -> Value {
        let entries = (live["metadata"]?["managedFields"]?.arrayValue ?? []).filter {
            $0["manager"]?.stringValue != manager
        }
        // An empty list is one that the server fills anew.
        let managed: Value = .array(entries.isEmpty ? [.object(Object())] : entries)
        return [
            "metadata": [
                "annotations": [unit: .null, content: .null, MergeMark.annotation: .null], "labels": [fleet: .null],
                "managedFields": managed,
                "resourceVersion": live["metadata"]?["resourceVersion"] ?? .null,
            ]
        ]
    }
}
