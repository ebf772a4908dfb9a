// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import BenchmarkSupport
import Foundation
import Kustomize
import Manifest
import Model

/// `trimtab render` beside `kubectl kustomize`, as whole processes in turn in one run, and the parts of a build in
/// process.
///
/// `KUBECTL` names another kubectl than the one on the path.
enum KustomizeBenchmark {
    static func run() throws {
        print("Peer: \(try version(of: kubectl)).\n")
        let folder = "\(FileManager.default.temporaryDirectory.path)/trimtab-kustomize-\(getpid())"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        for tree in [KustomizeTree.overlay, KustomizeTree.thousand] {
            let place = "\(folder)/\(tree.name)"
            try tree.write(to: place)
            try compareProcesses(tree, in: place)
            try measureParts(tree)
        }
    }

    private static var kubectl: String { ProcessInfo.processInfo.environment["KUBECTL"] ?? "kubectl" }

    /// In one line.
    private static func version(of kubectl: String) throws -> String {
        let file = FileManager.default.temporaryDirectory.path + "/trimtab-kubectl-\(getpid())"
        defer { try? FileManager.default.removeItem(atPath: file) }
        _ = try Child.run([kubectl, "version", "--client"], output: file)
        return try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n").joined(separator: ", ")
    }

    private static func compareProcesses(_ tree: KustomizeTree, in folder: String) throws {
        guard let trimtab = ProcessInfo.processInfo.environment["TRIMTAB"], !trimtab.isEmpty else {
            throw Child.Failed(description: "TRIMTAB must name the program")
        }
        let programs: [(name: String, arguments: [String])] = [
            ("trimtab render", [trimtab, "render", "\(folder)/\(tree.root)"]),
            ("kubectl kustomize", [kubectl, "kustomize", "\(folder)/\(tree.root)"]),
        ]
        var costs: [[Child.Cost]] = programs.map { _ in [] }
        for round in 0..<tree.rounds {
            for (index, program) in programs.enumerated() {
                let output = "\(folder)/output-\(index)-\(round)"
                costs[index].append(try Child.run(program.arguments, output: output))
            }
        }
        let outputs = programs.indices.map { FileManager.default.contents(atPath: "\(folder)/output-\($0)-0") }
        print("| \(tree.title), whole process | wall, median | processor | peak memory | times the first |")
        print("|---|---|---|---|---|")
        let first = costs[0].map(\.wall).median
        for (program, costs) in zip(programs, costs) {
            let memory = costs.map(\.memory).max() ?? 0
            print(
                "| \(program.name) | \(costs.map(\.wall).median.inMilliseconds) | "
                    + "\(costs.map(\.processor).median.inMilliseconds) | \(memory >> 10) MB | "
                    + "\(String(format: "%.1f", costs.map(\.wall).median / first)) |")
        }
        print(outputs[0] == outputs[1] ? "\nBoth print the same bytes.\n" : "\nTHEY PRINT DIFFERENT BYTES.\n")
    }

    private static func measureParts(_ tree: KustomizeTree) throws {
        let files = tree.files
        let objects = try build(files, tree.root).map(\.manifest)
        let parsing = try Timing("reading the files as values") {
            try wait {
                for content in files.values { _ = try await YAML.readInPieces(content, scalars: .verbatim) }
            }
        }
        let building = try Timing("reading and transforming") { _ = try build(files, tree.root) }
        let writing = try Timing("writing") { try wait { _ = await GoYAML.writeInPieces(objects) } }
        let whole = try Timing("the whole build, in process") {
            let objects = try build(files, tree.root).map(\.manifest)
            try wait { _ = await GoYAML.writeInPieces(objects) }
        }
        print("| \(tree.title), in process | median | best |")
        print("|---|---|---|")
        for timing in [parsing, building, writing, whole] {
            print("| \(timing.name) | \(timing.median.inMicroseconds) | \(timing.best.inMicroseconds) |")
        }
        print("")
    }

    private static func build(_ files: [TreePath: [UInt8]], _ root: String) throws -> [BuiltObject] {
        let tree = FilesInMemory(files: files)
        return try wait { try await Kustomization.build(tree, at: TreePath(Text(root)) ?? .root) }
    }

    /// Runs an asynchronous body to its end: nothing in it waits.
    private static func wait<Result: Sendable>(_ body: @escaping @Sendable () async throws -> Result) throws -> Result {
        let outcome = Outcome<Result>()
        let done = DispatchSemaphore(value: 0)
        Task.detached {
            do { await outcome.set(.success(try await body())) } catch { await outcome.set(.failure(error)) }
            done.signal()
        }
        done.wait()
        return try outcome.take()
    }
}

extension Duration {
    fileprivate var inMicroseconds: String {
        self < .milliseconds(10) ? String(format: "%.3f ms", self / .milliseconds(1)) : inMilliseconds
    }
}
