// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
package import Model

/// Why a chart renders to nothing that may be applied. It concerns the unit that uses the chart, and nothing else.
package enum HelmError: Error, Sendable, Hashable {
    // What was asked for.
    /// The source cannot be read, or a link leaves it.
    case tree(TreeError)
    /// A text of the chart, of its values or of what it rendered to.
    case reading(ReadingError)
    /// The chart is not one, or exceeds what a chart may be.
    case badChart(reason: String)
    /// An archive, by the name of its file.
    case badArchive(Text, reason: String)
    /// Something that Helm does and Trimtab does not, with what to do instead.
    case refused(String, advice: String)
    // Where charts come from.
    case repository(Text, reason: String, isTransient: Bool)
    // What rendering came to.
    /// Helm's own words about a template or about the chart.
    case template(String)
    /// A limit of the jail was met.
    case limit(String)
    /// Fields that differ from one render to the next.
    case unstable([UnstableField])
    /// The chart has changed in a way that its frozen values do not fit.
    case frozen(UnstableField, reason: String)
    // This machine.
    /// Helm is not there, or is none that can be used.
    case program(reason: String)
    /// The kernel does not give what the jail needs.
    case noJail(reason: String)
    case machine(reason: String)
    case cancelled
}

extension HelmError {
    /// Whether waiting may help by itself.
    package var isTransient: Bool {
        switch self {
        case .repository(_, _, let isTransient): isTransient
        case .machine, .cancelled, .tree(.unavailable): true
        default: false
        }
    }
}

extension HelmError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .tree(let error): error.description
        case .reading(let error): error.description
        case .badChart(let reason): reason
        case .badArchive(let name, let reason): "\(name): \(reason)"
        case .refused(let reason, let advice): "\(reason) (\(advice))"
        case .repository(let address, let reason, _): "\(address): \(reason)"
        case .template(let words): words
        case .limit(let reason): reason
        case .unstable(let fields):
            "two renders of one chart differ in \(Self.list(fields)): say helm: {freeze: true} to keep the first values"
        case .frozen(let field, let reason): "\(field): \(reason)"
        case .program(let reason): reason
        case .noJail(let reason):
            "Helm is not run without its jail, and this machine does not give it: \(reason) "
                + "(allow: [weakJail] in the file of --trust runs it all the same)"
        case .machine(let reason): reason
        case .cancelled: "cancelled"
        }
    }

    private static func list(_ fields: [UnstableField]) -> String {
        let shown = fields.prefix(8).map(\.description).joined(separator: ", ")
        return fields.count > 8 ? "\(shown) and \(fields.count - 8) more" : shown
    }
}

/// A field whose value is another at each render, by its place. Never its values: they may be passwords.
package struct UnstableField: Sendable, Hashable, CustomStringConvertible {
    package var object: ObjectID
    /// Empty when the whole object is in one render only.
    package var field: FieldPath
    /// `shop/templates/secret.yaml`.
    package var template: Text

    package init(object: ObjectID, field: FieldPath, template: Text) {
        self.object = object
        self.field = field
        self.template = template
    }

    package var description: String {
        field.isEmpty ? "\(object) of \(template)" : "\(object) \(field) of \(template)"
    }
}
