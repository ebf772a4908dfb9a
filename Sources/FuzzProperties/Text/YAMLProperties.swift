// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

enum YAMLProperties {
    private static let budget = Budget(bytes: 16 << 10, depth: 32, nodes: 2000, documents: 20)

    static func check(_ bytes: [UInt8]) async throws {
        let documents = read(bytes, .comments)
        for tracking in [YAML.Tracking.nothing, .positions] {
            try require(
                read(bytes, tracking).map { $0.map(\.value) } == documents.map { $0.map(\.value) },
                "what is remembered changes what is read")
        }
        _ = read(bytes, .nothing, keys: .asWritten)
        try require(
            await readInPieces(bytes).map { $0.map(\.value) } == documents.map { $0.map(\.value) },
            "read in pieces, the stream is another")
        switch documents {
        case .failure(let error): try Places.check(error.position, in: bytes)
        case .success(let documents):
            try require(documents.count <= budget.documents, "more documents than the budget allows")
            for document in documents {
                try document.value.checkSize(within: budget)
                try checkWriting(document.value)
            }
            try checkStream(documents.map(\.value))
            try YAMLEdits(bytes, documents).check()
        }
    }

    private static func read(
        _ bytes: [UInt8], _ tracking: YAML.Tracking, keys: YAML.Keys = .resolved
    ) -> Result<[YAML.Document], ReadingError> {
        do throws(ReadingError) {
            return .success(try YAML.read(bytes, budget: budget, tracking: tracking, keys: keys))
        } catch {
            return .failure(error)
        }
    }

    /// Cut wherever that is allowed.
    private static func readInPieces(_ bytes: [UInt8]) async -> Result<[YAML.Document], ReadingError> {
        do throws(ReadingError) {
            return .success(try await YAML.readInPieces(bytes, budget: budget, least: 0))
        } catch {
            return .failure(error)
        }
    }

    /// Also for what came from JSON.
    static func checkWriting(_ value: Value) throws {
        for order in [YAML.KeyOrder.given, .sorted] {
            let written = YAML.write(value, keys: order)
            let documents = try YAML.read(written, tracking: .comments)
            try require(documents.count == 1, "one value is written as \(documents.count) documents")
            for document in documents {
                try value.checkSame(as: document.value, "YAML written and read")
                try require(YAML.write(document.value, keys: order) == written, "written twice, two texts")
                try require(document.comments.isEmpty, "a comment that nobody wrote")
            }
        }
        try JSONProperties.checkWriting(value)
    }

    private static func checkStream(_ values: [Value]) throws {
        let again = try YAML.read(YAML.write(documents: values), tracking: .nothing).map(\.value)
        try require(again == values, "a stream written and read")
    }
}
