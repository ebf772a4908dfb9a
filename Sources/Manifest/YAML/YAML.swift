// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

/// YAML text (1.1 as libyaml reads it), with scalars understood as `kubectl` understands them.
///
/// Stricter than `kubectl` where it guesses: duplicate keys, unknown tags, and keys that are maps or lists are errors.
package enum YAML {
    /// How much of the text's layout the documents remember.
    package enum Tracking: Sendable {
        /// Values only: the fastest.
        case nothing
        /// Where each key and value stands.
        case positions
        /// Also the comments.
        case comments
    }

    /// What becomes of keys that are plain words.
    package enum Keys: Sendable {
        /// As `kubectl` has it: `on: x` has the key `true`.
        case resolved
        /// As they stand: `on: x` has the key `on`. For formats that are ours.
        case asWritten
    }

    /// What becomes of a key that a map has already.
    package enum Duplicates: Sendable {
        case refused
        /// As tools have it that read a map into a dictionary. For such a map, places are those of the first.
        case lastWins
    }

    /// What plain scalars mean.
    package enum Scalars: Sendable {
        /// As `kubectl` has it: `on` is a boolean, and a number is its value.
        case resolved
        /// As kustomize has it: of the words only `true`, `false` and `null` are no texts, and a number or a date
        /// keeps the letters it was written with (`0777`, `1_000`, `2020-01-01`), for whoever resolves it later. Such
        /// a number need not be in JSON's grammar, and a null that is written out is one (``Value/writtenNull``). A key
        /// that is no text is an error.
        case verbatim
    }

    /// Reads all documents of a stream.
    ///
    /// An empty document (nothing, or only comments between markers) gives no document, as with `kubectl`; an
    /// explicit `null` does give one.
    ///
    /// - Parameter file: the name that an error gives to the text.
    /// - Throws: an error with the place of what cannot be read or exceeds the budget.
    package static func read(
        _ bytes: [UInt8], file: Text = "", budget: Budget = .manifest, tracking: Tracking = .positions,
        keys: Keys = .resolved, scalars: Scalars = .resolved, duplicates: Duplicates = .refused
    ) throws(ReadingError) -> [Document] {
        try bytes.withUnsafeBytes {
            Result(
                reading: $0, file: file, budget: budget, tracking: tracking, keys: keys, scalars: scalars,
                duplicates: duplicates)
        }
        .get()
    }

    package static func read(
        _ bytes: UnsafeRawBufferPointer, file: Text = "", budget: Budget = .manifest, tracking: Tracking = .positions,
        keys: Keys = .resolved, scalars: Scalars = .resolved, duplicates: Duplicates = .refused
    ) throws(ReadingError) -> [Document] {
        try Result(
            reading: bytes, file: file, budget: budget, tracking: tracking, keys: keys, scalars: scalars,
            duplicates: duplicates
        ).get()
    }
}

extension Result<[YAML.Document], ReadingError> {
    fileprivate init(
        reading all: UnsafeRawBufferPointer, file: Text, budget: Budget, tracking: YAML.Tracking, keys: YAML.Keys,
        scalars: YAML.Scalars, duplicates: YAML.Duplicates
    ) {
        let markLength = all.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        let bytes = UnsafeRawBufferPointer(rebasing: all[markLength...])
        do throws(ReadingFailure) {
            let encoding = try Self.check(bytes, budget: budget)
            var reader = YAMLReader(
                bytes, isASCII: encoding == .ascii, file: file, budget: budget, tracking: tracking,
                keys: keys, scalars: scalars, duplicates: duplicates, markLength: markLength)
            self = .success(try reader.read())
        } catch {
            var error = error.located(in: bytes, file: file)
            error.position?.offset += markLength
            self = .failure(error)
        }
    }

    private static func check(_ bytes: UnsafeRawBufferPointer, budget: Budget) throws(ReadingFailure) -> UTF8Check {
        let limit = min(budget.bytes, Int(Int32.max))
        guard bytes.count <= limit else { throw ReadingFailure(at: limit, "more than \(limit) bytes") }
        let encoding = UTF8Check(bytes)
        guard case .invalid(let offset) = encoding else { return encoding }
        let isUTF16 = bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF])
        throw ReadingFailure(
            at: offset, isUTF16 ? "the text is UTF-16" : "invalid UTF-8", advice: "save the file as UTF-8")
    }
}
