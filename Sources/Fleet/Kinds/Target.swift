// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
package import Model

/// The kind Target: one place that applications are sent to.
package struct Target: Sendable, Hashable {
    package enum Place: Sendable, Hashable {
        /// The machine of this host name.
        case machine(Text)
        /// A folder that is treated as the root of a host; a relative one lies beneath the fleet's folder.
        case root(Text)
        /// A cluster, by a name that only the agent's own folder resolves.
        case kubernetes(connection: Text)

        package var isHost: Bool {
            switch self {
            case .machine, .root: true
            case .kubernetes: false
            }
        }
    }

    package var name: TargetName
    /// As declared; `name` is added for selectors.
    package var labels: Labels
    package var place: Place

    package init(name: TargetName, labels: Labels = [:], place: Place) {
        self.name = name
        self.labels = labels
        self.place = place
    }

    /// Whether a selector means this target. Every target has the label `name` beside its own.
    package func isSelected(by selector: Selector) -> Bool {
        selector.matches(labels.merging(["name": name.text]) { _, name in name })
    }

    package static let shape = Envelope.shape(.target, spec: place) { name, labels, place in
        Target(name: name, labels: labels, place: place)
    }
    .checked { target in
        target.labels["name"].map { $0 == target.name.text } ?? true
            ? nil : "has a label \"name\" that is not its name; every target has that label already"
    }

    private static let place = Shape<Place?>.object(
        Field.optional("host", host, "A Linux machine."),
        Field.optional("kubernetes", kubernetes, "A cluster.")
    ) { $0 ?? $1 }
    .exactlyOne(of: ["host", "kubernetes"])
    .parsed { $0.map { .value($0) } ?? .refused("says nowhere") }

    private static let host = Shape<Place?>.object(
        Field.optional("machine", machine, "The machine, where trimtab runs as root."),
        Field.optional(
            "root", root,
            "What stands for a machine's root, for trying things out; a relative one lies beside fleet.yaml.")
    ) { $0 ?? $1 }
    .exactlyOne(of: ["machine", "root"])
    .parsed { $0.map { .value($0) } ?? .refused("says nowhere") }

    private static let kubernetes = Shape<Place>.object(
        Field.required("connection", .connection, "A connection's name, resolved by the agent.")
    ) { .kubernetes(connection: $0) }

    private static let machine = Shape<Text>
        .text("a host name", pattern: "^[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$") { text in
            let bytes = Array(text.utf8)
            let isClean = bytes.allSatisfy { isAlphanumeric($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".") }
            let ends = [bytes.first, bytes.last].allSatisfy { $0.map(isAlphanumeric) ?? false }
            return isClean && ends && bytes.count <= 253 ? text : nil
        }
        .map { Place.machine($0) }

    private static let root = Shape<Text>.text
        .checked { text in
            let parts = text.utf8.split(separator: UInt8(ascii: "/"))
            if parts.contains(where: { $0.elementsEqual("..".utf8) }) { return "must not hold \"..\"" }
            let isEmpty = parts.allSatisfy { $0.elementsEqual(".".utf8) }
            return isEmpty ? "must name a folder; for a whole machine say \"machine\"" : nil
        }
        .described(
            as: "a folder that is not the whole machine, without \"..\"",
            pattern: #"^(?!(\./|/)*\.?$)(?!(.*/)?\.\.(/|$))\#(StringRule.character)+$"#
        )
        .map { Place.root($0) }
}

private func isAlphanumeric(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"):
        true
    default:
        false
    }
}
