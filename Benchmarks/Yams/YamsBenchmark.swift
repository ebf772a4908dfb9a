// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import BenchmarkSupport
import Foundation
import Yams

/// Reads and writes the file named on the command line with Yams, and prints what that took.
@main
enum YamsBenchmark {
    static func main() throws {
        let text = try String(contentsOfFile: CommandLine.arguments[1], encoding: .utf8)
        let nodes = Array(try Yams.compose_all(yaml: text))
        let measurements = [
            try Timing("Yams.load_all, Any") { for _ in try Yams.load_all(yaml: text) {} },
            try Timing("Yams.compose_all, Node") { for _ in try Yams.compose_all(yaml: text) {} },
            try Timing("Yams.serialize, Node") { _ = try Yams.serialize(nodes: nodes) },
        ]
        for measurement in measurements { print(measurement.line) }
    }
}
