// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Fleet
import Manifest
import TestSupport
import Testing

/// The reader and the printed schema are made from one table. Here each is asked by itself about the same declarations.
@Suite struct SchemaAgreementTests {
    private let checker: SchemaChecker

    init() throws { checker = try SchemaChecker(KindSchema.document(for: FleetKind.schemas)) }

    @Test func `both accept what is in order`() throws {
        for (text, value) in try DeclarationSamples.documents(DeclarationSamples.good) {
            #expect(DeclarationSamples.problems(value) == [], "\(text)")
            #expect(try checker.accepts(value), "\(text)")
        }
    }

    @Test(arguments: DeclarationSamples.bad)
    func `both refuse`(text: String) throws {
        for (_, value) in try DeclarationSamples.documents([text]) {
            #expect(DeclarationSamples.problems(value) != [])
            #expect(try !checker.accepts(value))
        }
    }

    @Test(arguments: DeclarationSamples.beyondSchema)
    func `only the reader refuses`(text: String) throws {
        for (_, value) in try DeclarationSamples.documents([text]) {
            #expect(DeclarationSamples.problems(value) != [])
            #expect(try checker.accepts(value))
        }
    }

    @Test func `both say the same of declarations that were changed at random`() throws {
        let samples = try DeclarationSamples.documents(DeclarationSamples.good).map(\.value)
        var random = SplitMix(seed: 20_261_123)
        var refused = 0
        for round in 0..<1500 {
            guard let sample = samples.randomElement(using: &random) else { continue }
            let changed = sample.mutated(using: &random)
            let problems = DeclarationSamples.problems(changed)
            refused += problems.isEmpty ? 0 : 1
            #expect(try checker.accepts(changed) == problems.isEmpty, "round \(round): \(changed): \(problems)")
        }
        // The changes must be of both sorts, or nothing was shown.
        #expect((50...1450).contains(refused), "\(refused)")
    }

    @Test func `a kind's own document says what the common one says`() throws {
        for kind in FleetKind.schemas {
            let own = try SchemaChecker(kind.document)
            for (text, value) in try DeclarationSamples.documents(DeclarationSamples.good + DeclarationSamples.bad)
            where value["kind"]?.stringValue == kind.kind {
                #expect(try own.accepts(value) == checker.accepts(value), "\(text)")
            }
        }
        #expect(FleetKind.allCases.allSatisfy { $0.schema != nil })
    }
}

extension Value {
    /// This with one node somewhere in it replaced, renamed, removed or repeated.
    fileprivate func mutated(using random: inout SplitMix) -> Value {
        switch self {
        case .object(let object) where !object.isEmpty && Int.random(in: 0..<5, using: &random) > 0:
            var pairs = object.pairs
            let index = Int.random(in: pairs.indices, using: &random)
            switch Int.random(in: 0..<8, using: &random) {
            case 0: pairs.remove(at: index)
            case 1: pairs[index].key = "\(pairs[index].key)x"
            default: pairs[index].value = pairs[index].value.mutated(using: &random)
            }
            return .object(Object(uniquePairs: pairs))
        case .array(let items) where !items.isEmpty && Int.random(in: 0..<4, using: &random) > 0:
            var items = items
            let index = Int.random(in: items.indices, using: &random)
            switch Int.random(in: 0..<6, using: &random) {
            case 0: items.remove(at: index)
            case 1: items.append(items[index])
            default: items[index] = items[index].mutated(using: &random)
            }
            return .array(items)
        default:
            let others: [Value] = [
                .null, true, "a", "a b", "", 3, -1, "10m", [], ["a"], [:], ["a": "b"], ["a": ["b"]], "a/b", "A", ".",
                "/a",
            ]
            return others.randomElement(using: &random) ?? .null
        }
    }
}
