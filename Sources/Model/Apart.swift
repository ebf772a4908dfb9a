// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

/// A value that lies apart from what holds it, which holds eight bytes for it: copies share it until one of them is
/// changed. For what is large and held many times over.
///
/// An array of exactly one is the storage: it copies on write, and needs nothing that is unsafe.
@propertyWrapper @usableFromInline
package struct Apart<Value> {
    @usableFromInline var storage: [Value]

    @inlinable package init(wrappedValue: Value) { storage = [wrappedValue] }

    @inlinable package var wrappedValue: Value {
        _read { yield storage[0] }
        _modify { yield &storage[0] }
    }

    /// Whether both are copies of one, neither of which was changed.
    package func isSame(as other: Apart<Value>) -> Bool {
        storage.withUnsafeBufferPointer { one in
            other.storage.withUnsafeBufferPointer { one.baseAddress == $0.baseAddress }
        }
    }

    /// What copies share.
    @inlinable package var projectedValue: Apart<Value> {
        get { self }
        set { self = newValue }
    }
}

/// A value that is seldom there: eight bytes while it is not, and apart from what holds it when it is.
@propertyWrapper @usableFromInline
package struct Seldom<Value> {
    /// Of none or one.
    @usableFromInline var storage: [Value]

    @inlinable package init() { storage = [] }

    @inlinable package init(wrappedValue: Value?) { storage = wrappedValue.map { [$0] } ?? [] }

    @inlinable package var wrappedValue: Value? {
        get { storage.first }
        // In place: whoever takes one entry after the other out of a value would copy all of it each time.
        _modify {
            var value = storage.popLast()
            defer { storage = value.map { [$0] } ?? [] }
            yield &value
        }
    }

    @inlinable package var projectedValue: Seldom<Value> { self }

    /// A part of it, without a copy of the whole.
    @inlinable package func read<Part>(_ part: (Value) -> Part) -> Part? { storage.isEmpty ? nil : part(storage[0]) }
}

extension Optional where Wrapped: Equatable {
    /// What is there, or `nothing`; when it is changed it is taken out meanwhile, so that what it holds is changed in
    /// place, and it is gone when `nothing` is left of it.
    @inlinable package subscript(or nothing: Wrapped) -> Wrapped {
        get { self ?? nothing }
        _modify {
            var value = self ?? nothing
            self = nil
            defer { self = value == nothing ? nil : value }
            yield &value
        }
    }
}

extension Apart: Sendable where Value: Sendable {}
extension Seldom: Sendable where Value: Sendable {}

// Arrays that share their storage are equal without a look at what is in them.
extension Apart: Equatable where Value: Equatable {}
extension Apart: Hashable where Value: Hashable {}
extension Seldom: Equatable where Value: Equatable {}
extension Seldom: Hashable where Value: Hashable {}
