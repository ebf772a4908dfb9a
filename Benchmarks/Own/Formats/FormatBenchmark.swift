// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import BenchmarkSupport
import Foundation
import Manifest

/// YAML and JSON into the value tree and back, beside Yams and Foundation.
///
/// Yams has its own copy of libyaml, which would take the place of ours in one process; so it runs in another, on the
/// same text, in the same minute.
enum FormatBenchmark {
    static func run() throws {
        if let only = ProcessInfo.processInfo.environment["TRIMTAB_PROFILE"] { return try profile(only) }
        let documents = ManifestStream.documents(bytes: 5_000_000)
        let yaml = YAML.write(documents: documents)
        let json = JSON.write(.array(documents))
        try check(documents, yaml: yaml, json: json)
        print("\(documents.count) objects: \(yaml.count) bytes of YAML, \(json.count) bytes of JSON\n")

        let yams = try YamsPeer.measure(yaml)
        try report(
            "reading YAML", bytes: yaml.count,
            [
                Timing("Trimtab, values alone") { _ = try YAML.read(yaml, tracking: .nothing) },
                Timing("Trimtab, with positions") { _ = try YAML.read(yaml, tracking: .positions) },
                Timing("Trimtab, with comments") { _ = try YAML.read(yaml, tracking: .comments) },
            ] + yams.filter { !$0.name.contains("serialize") })
        let data = Data(json)
        try report(
            "reading JSON", bytes: json.count,
            [
                Timing("Trimtab") { _ = try JSON.read(json) },
                Timing("JSONSerialization, Any") { _ = try JSONSerialization.jsonObject(with: data) },
                Timing("JSONDecoder, enum") { _ = try JSONDecoder().decode(CodableTree.self, from: data) },
            ])
        let any = try JSONSerialization.jsonObject(with: data)
        let tree = try JSONDecoder().decode(CodableTree.self, from: data)
        try report(
            "writing JSON", bytes: json.count,
            [
                Timing("Trimtab") { _ = JSON.write(.array(documents)) },
                Timing("Trimtab, canonical") { _ = JSON.write(.array(documents), style: .canonical) },
                Timing("JSONSerialization, Any") { _ = try JSONSerialization.data(withJSONObject: any) },
                Timing("JSONEncoder, enum") { _ = try JSONEncoder().encode(tree) },
            ])
        try report(
            "writing YAML", bytes: yaml.count,
            [
                Timing("Trimtab") { _ = YAML.write(documents: documents) }
            ] + yams.filter { $0.name.contains("serialize") })
        let values = Value.array(documents)
        let others = try JSON.read(json)
        try report(
            "other walks over the tree, by its JSON", bytes: json.count,
            [
                Timing("digest") { _ = values.digest() },
                Timing("equality") { guard values == others else { throw Mismatch() } },
                Timing("differences, none") {
                    guard values.differences(to: others).isEmpty else { throw Mismatch() }
                },
            ])
    }

    /// One subject over and over, for a profiler.
    private static func profile(_ subject: String) throws {
        let documents = ManifestStream.documents(bytes: 5_000_000)
        let yaml = YAML.write(documents: documents)
        let json = JSON.write(.array(documents))
        for _ in 0..<20 {
            switch subject {
            case "yaml": _ = try YAML.read(yaml, tracking: .nothing)
            case "positions": _ = try YAML.read(yaml, tracking: .positions)
            case "json": _ = try JSON.read(json)
            default: _ = YAML.write(documents: documents)
            }
        }
    }

    private struct Mismatch: Error {}

    /// A fast wrong answer is none.
    private static func check(_ documents: [Value], yaml: [UInt8], json: [UInt8]) throws {
        guard try YAML.read(yaml).map(\.value) == documents, try JSON.read(json) == .array(documents) else {
            throw Mismatch()
        }
    }

    private static func report(_ title: String, bytes: Int, _ measurements: [Timing]) throws {
        print("| \(title) | median | best | MB/s | times slower than the first |\n|---|---|---|---|---|")
        guard let first = measurements.first else { return }
        for measurement in measurements {
            let ratio = measurement.median / first.median
            print(
                "| \(measurement.name) | \(milliseconds(measurement.median)) | \(milliseconds(measurement.best)) "
                    + "| \(rounded(measurement.megabytesPerSecond(bytes))) | \(rounded(ratio)) |")
        }
        print("")
    }

    private static func milliseconds(_ duration: Duration) -> String { "\(rounded(duration / .milliseconds(1))) ms" }

    private static func rounded(_ value: Double) -> String { String(format: "%.1f", value) }
}
