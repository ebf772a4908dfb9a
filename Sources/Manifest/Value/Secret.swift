// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

/// A value that must not be seen: it has no description, no encoding and no mirror children.
///
/// The only way to the value is ``withExposed(_:)``, which is easy to find in a review.
package struct Secret<Wrapped: Sendable>: Sendable {
    private let wrapped: Wrapped

    package init(_ value: Wrapped) { wrapped = value }

    /// Calls `body` with the plain value. What `body` returns must not outlive the purpose.
    package func withExposed<Result, Failure: Error>(
        _ body: (Wrapped) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(wrapped)
    }
}

extension Secret: Equatable where Wrapped: Equatable {
    package static func == (left: Secret, right: Secret) -> Bool { left.wrapped == right.wrapped }
}

extension Secret: Hashable where Wrapped: Hashable {
    package func hash(into hasher: inout Hasher) { hasher.combine(wrapped) }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "<secret>" }
    package var debugDescription: String { "<secret>" }
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}
