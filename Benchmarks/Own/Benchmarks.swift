// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Glibc

// Each file is one benchmark, named on the command line: `scripts/bench formats`. Without a name all of them run.

@main
enum Benchmarks {
    private static let all: [(name: String, run: @Sendable () throws -> Void)] = [
        ("formats", FormatBenchmark.run), ("drift", DriftBenchmark.run), ("compare", CompareBenchmark.run),
        ("idle", IdleBenchmark.run), ("kustomize", KustomizeBenchmark.run), ("monorepo", MonorepoBenchmark.run),
        ("secrets", SecretsBenchmark.run), ("pages", PagesBenchmark.run),
    ]

    static func main() {
        let wanted = CommandLine.arguments.dropFirst()
        for name in wanted where !all.contains(where: { $0.name == name }) {
            print("no benchmark \(name); there are: \(all.map(\.name).joined(separator: ", "))")
        }
        for benchmark in all where wanted.isEmpty || wanted.contains(benchmark.name) {
            do {
                try benchmark.run()
            } catch {
                print("\(benchmark.name): \(error)")
                exit(1)
            }
        }
    }
}
