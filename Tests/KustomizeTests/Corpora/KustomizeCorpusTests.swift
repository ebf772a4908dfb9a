// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation
import TestSupport
import Testing

/// The score that docs/kustomize.md states, held: a case that is byte-identical stays so.
@Suite struct KustomizeCorpusTests {
    static let isThere = Corpora.folder("kustomize") != nil

    @Test(
        .enabled(if: isThere, "the corpora are not there"),
        arguments: ConformanceCase.all(of: "kustomize") + ConformanceCase.all(of: "kustomize-examples"))
    func `what kubectl prints comes out, byte for byte`(of item: ConformanceCase) async {
        let (verdict, detail) = await item.run()
        #expect(verdict == .identical, "\(detail)")
    }

    /// Behaviour that is newer than the oracle's: told, not held.
    @Test(.enabled(if: isThere, "the corpora are not there"))
    func `the score is printed`() async {
        for corpus in ["kustomize", "kustomize-examples", "kustomize-newer"] {
            var counts: [ConformanceCase.Verdict: Int] = [:]
            var others: [String] = []
            for item in ConformanceCase.all(of: corpus) {
                let verdict = await item.run().verdict
                counts[verdict, default: 0] += 1
                if verdict != .identical { others.append("  \(verdict.rawValue): \(item.testDescription)") }
            }
            let verdicts = [ConformanceCase.Verdict.identical, .equal, .failed, .refused]
            let line = verdicts.map { "\(counts[$0] ?? 0) \($0.rawValue)" }.joined(separator: ", ")
            print("conformance: \(corpus): \(line)")
            for other in others { print("conformance: \(other)") }
            #expect(!counts.isEmpty)
        }
    }
}
