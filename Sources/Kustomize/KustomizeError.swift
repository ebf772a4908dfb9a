// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// Why a kustomization cannot be built, and where.
package struct KustomizeError: Error, Sendable, Hashable {
    package enum Code: Sendable, Hashable {
        /// A file, a field or an object is not as it must be.
        case invalid
        /// A file or folder that is named is not there.
        case missing
        /// A path leads out of the tree.
        case outside
        /// What is asked for is not done here, by design.
        case refused
        /// A budget is spent.
        case tooMuch
        /// The tree could not be read.
        case unreadable
    }

    package var code: Code
    /// The file as the user knows it; empty when the error belongs to no file.
    package var file: Text
    package var position: Position?
    /// What is wrong, without a final full stop.
    package var reason: String
    /// What to do about it, where we know.
    package var advice: String?
    /// How the build came to the file, innermost first: the kustomization files that name it.
    package var trail: [Text] = []

    init(_ place: Place, _ reason: String, advice: String? = nil, code: Code = .invalid) {
        self.code = code
        file = place.file
        position = place.position
        self.reason = reason
        self.advice = advice
    }

    /// What holds a kustomization cannot be read.
    package init(unreadable file: Text, _ reason: String) {
        self.init(Place(file: file), reason, code: .unreadable)
    }

    init(_ error: ReadingError) {
        self.init(
            Place(file: error.file, position: error.position), error.reason, advice: error.advice)
    }
}

extension KustomizeError: CustomStringConvertible {
    package var description: String {
        var text = ReadingError(file: file, position: position, reason: reason, advice: advice).description
        for step in trail { text += "\n  named by \(step)" }
        return text
    }
}

/// A place in a file, for errors.
struct Place: Sendable, Hashable {
    var file: Text
    var position: Position?

    init(file: Text, position: Position? = nil) {
        self.file = file
        self.position = position
    }
}
