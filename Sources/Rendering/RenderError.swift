// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
package import Model

/// Why a tree renders to nothing that may be applied.
package enum RenderError: Error, Sendable, Hashable, CustomStringConvertible {
    case tree(TreeError)
    case reading(ReadingError)
    /// Two manifests declare one object.
    case duplicate(ObjectID, first: Text, second: Text)
    case tooMany(objects: Int)

    package var description: String {
        switch self {
        case .tree(let error): error.description
        case .reading(let error): error.description
        case .duplicate(let object, let first, let second): "\(second): \(object) is declared already at \(first)"
        case .tooMany(let limit): "more than \(limit) objects; split the application"
        }
    }
}
