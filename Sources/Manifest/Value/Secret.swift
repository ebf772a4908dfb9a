// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

/// A value that must not be seen: it has no description, no encoding and no mirror children.
///
/// The only way to the value is ``withExposed(_:)``, which is easy to find in a review. Two secrets are compared in a time
/// that says nothing about where they differ.
package struct Secret<Wrapped: Sendable>: Sendable {
    private let box: SecretBox<Wrapped>

    package init(_ value: Wrapped) { box = SecretBox(value) { _ in } }

    /// Calls `body` with the plain value. What `body` returns must not outlive the purpose.
    package func withExposed<Result, Failure: Error>(
        _ body: (Wrapped) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(box.wrapped)
    }
}

extension Secret<[UInt8]> {
    /// Bytes are overwritten when the last copy of the secret goes away. (The storage of texts cannot be.)
    package init(_ value: [UInt8]) {
        box = SecretBox(value) { bytes in
            for index in bytes.indices { bytes[index] = 0 }
        }
    }
}

/// Holds the value once, however often the secret is copied.
private final class SecretBox<Wrapped: Sendable>: Sendable {
    /// Written only while nobody else can hold the box: when it goes away.
    nonisolated(unsafe) private(set) var wrapped: Wrapped
    private let erase: @Sendable (inout Wrapped) -> Void

    init(_ value: Wrapped, erase: @escaping @Sendable (inout Wrapped) -> Void) {
        wrapped = value
        self.erase = erase
    }

    deinit { erase(&wrapped) }
}

/// What can be compared in a time that depends on lengths alone.
package protocol ConstantTimeEquatable: Equatable {
    func isEqualInConstantTime(to other: Self) -> Bool
}

extension [UInt8]: ConstantTimeEquatable {
    package func isEqualInConstantTime(to other: [UInt8]) -> Bool {
        guard count == other.count else { return false }
        return zip(self, other).reduce(0 as UInt8) { $0 | ($1.0 ^ $1.1) } == 0
    }
}

extension Text: ConstantTimeEquatable {
    package func isEqualInConstantTime(to other: Text) -> Bool {
        guard utf8.count == other.utf8.count else { return false }
        return zip(utf8, other.utf8).reduce(0 as UInt8) { $0 | ($1.0 ^ $1.1) } == 0
    }
}

extension Secret: Equatable where Wrapped: ConstantTimeEquatable {
    package static func == (left: Secret, right: Secret) -> Bool {
        left.box === right.box || left.box.wrapped.isEqualInConstantTime(to: right.box.wrapped)
    }
}

extension Secret: Hashable where Wrapped: ConstantTimeEquatable & Hashable {
    package func hash(into hasher: inout Hasher) { hasher.combine(box.wrapped) }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "<secret>" }
    package var debugDescription: String { "<secret>" }
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}
