// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Kustomize
import Manifest
import Model

/// A tree of kustomizations, however strange, builds to objects or to an error, within its budget.
enum KustomizationProperties {
    static let budget: KustomizeBudget = {
        var budget = KustomizeBudget.build
        budget.file = Budget(bytes: 16 << 10, depth: 32, nodes: 4000, documents: 100)
        budget.files = 200
        budget.objects = 200
        budget.depth = 8
        budget.steps = 100_000
        return budget
    }()

    static func check(_ bytes: [UInt8]) async throws {
        try await check(FleetFiles(bytes, first: "kustomization.yaml"))
    }

    /// Returns the objects; `nil` for an error.
    @discardableResult
    static func check(_ files: FleetFiles) async throws -> [Value]? {
        let first = try await build(files)
        try require(try await build(files) == first, "built twice, two outcomes")
        guard case .success(let objects) = first else { return nil }
        try checkWriting(objects)
        return objects
    }

    static func build(_ files: FleetFiles) async throws(Violation) -> Result<[Value], KustomizeError> {
        do throws(KustomizeError) {
            let options = Kustomization.Options(budget: budget)
            return .success(try await Kustomization.build(files, at: .root, options: options).map(\.manifest))
        } catch {
            try require(!error.reason.isEmpty, "an error without a reason")
            return .failure(error)
        }
    }

    /// What is written reads as what it was, but for objects that hold what YAML cannot say of itself.
    private static func checkWriting(_ objects: [Value]) throws {
        let written = GoYAML.write(objects)
        if objects.isEmpty { return try require(written.isEmpty, "nothing is written as something") }
        let read: [Value]
        do throws(ReadingError) {
            read = try YAML.read(written, keys: .asWritten).map(\.value)
        } catch {
            throw Violation(description: "what was written cannot be read: \(error)")
        }
        try require(read == objects, "written and read, the objects are others")
    }
}
