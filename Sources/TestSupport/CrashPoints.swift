// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation

/// Every crash point that the sources name.
package enum CrashPoints {
    package static func all() throws -> [String] {
        let sources = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().path
        var names: Set<String> = []
        for path in try FileManager.default.subpathsOfDirectory(atPath: sources) where path.hasSuffix(".swift") {
            let text = try String(contentsOfFile: sources + "/" + path, encoding: .utf8)
            for match in text.matches(of: /CrashPoint\.reached\("([^"]+)"\)|"(engine-(?:before|after)-[a-z-]+)"/) {
                if let name = match.1 ?? match.2 { names.insert(String(name)) }
            }
        }
        return names.sorted()
    }

    /// Those that a sync of a cluster comes to: the engine's and the driver's.
    package static func onClusters() throws -> [String] {
        try all().filter { ($0.hasPrefix("engine-") || isOfClusters($0)) && !ofMemory.contains($0) }
    }

    /// Only a driver that remembers how content stands is asked for it, which that of clusters does not.
    private static let ofMemory = [
        "engine-before-identify", "engine-after-identify", "engine-before-check", "engine-after-check",
    ]

    /// Only a daemon that is told of a change goes by what it applied last.
    package static let ofDaemon = ["engine-before-load", "engine-after-load"]

    /// Only a sync of which the journal knows nothing asks the target what it knows.
    package static let ofFirstSync = ["engine-before-recall", "engine-after-recall"]

    /// Only a daemon that finds what was applied before begins to watch it first.
    package static let ofRestart = ["engine-before-follow", "engine-after-follow"]

    /// Where something has to become well before the rest is begun; files are at once.
    package static let ofWaiting = ["engine-before-wait", "engine-after-wait"]

    /// Only content that was applied already is checked.
    package static let ofRest = ["engine-before-check", "engine-after-check"]

    /// The driver of clusters has its own, at each of which `CrashClusterTests` kills.
    package static func isOfClusters(_ name: String) -> Bool { name.hasPrefix("kubernetes-") }

    /// Those that a sandbox of files cannot reach, and why. `scripts/lab/crash-check` kills at each of them on a
    /// server.
    package static let elsewhere: [String: String] = [
        "engine-before-wait": "files are well at once",
        "engine-after-wait": "files are well at once",
        "host.batch.validated": validation,
        "host.file.put-back": validation,
        "host.wave.undone": validation,
        "host.packages.begun": machine,
        "host.packages.done": machine,
        "host.services.begun": machine,
        "host.service.acted": machine,
        "host.service.stopped": machine,
    ]

    private static let validation = "a sandbox's implicit project allows no commands; the driver's own tests do"
    private static let machine = "a sandbox has no services and packages of its own"
}
