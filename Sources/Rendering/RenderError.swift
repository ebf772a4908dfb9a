// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Fleet
package import Manifest
package import Model

/// Why a tree renders to nothing that may be applied.
package enum RenderError: Error, Sendable, Hashable, CustomStringConvertible {
    case tree(TreeError)
    case reading(ReadingError)
    /// Two manifests declare one object.
    case duplicate(ObjectID, first: Text, second: Text)
    case tooMany(objects: Int)
    /// Nothing in this process renders that kind.
    case unsupported(RenderKind, path: TreePath)
    /// What a renderer says in words of its own: what is wrong, and what to do.
    case failed(Text, advice: Text? = nil)

    package var description: String {
        switch self {
        case .tree(let error): error.description
        case .reading(let error): error.description
        case .duplicate(let object, let first, let second): "\(second): \(object) is declared already at \(first)"
        case .tooMany(let limit): "more than \(limit) objects; split the application"
        case .unsupported(let kind, let path):
            "\(path.place) renders as \(kind.rawValue), which is not supported by this version of Trimtab"
        case .failed(let reason, let advice): reason.string + (advice.map { " (\($0))" } ?? "")
        }
    }
}
