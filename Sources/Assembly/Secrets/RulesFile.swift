// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Glibc
import Manifest
import Secrets

/// Finds the creation rule of a file.
enum RulesFile {
    private static let name = ".sops.yaml"

    /// The first rule that fits in the nearest `.sops.yaml`: beside the file, or in a folder above it.
    static func rule(for path: Text) throws(SecretsError) -> SOPSMetadata {
        let path = normal(path.string)
        var folder = path[...]
        while let slash = folder.utf8.lastIndex(of: UInt8(ascii: "/")) {
            folder = folder[..<slash]
            let place = "\(folder)/\(name)"
            guard let bytes = try KeyFiles.read(place) else { continue }
            let rules = try CreationRules(bytes, file: Text(place))
            let below = Text(String(path.utf8.dropFirst(folder.utf8.count + 1)) ?? path)
            guard let rule = rules.rule(for: below) else {
                throw SecretsError(.noKey, "no creation rule of \(place) fits \(below)")
            }
            return rule.metadata
        }
        throw SecretsError(
            .noKey, "to whom should it be encrypted? There is no .sops.yaml beside the file or above it",
            advice: "name a --recipient, or write .sops.yaml (docs/secrets.md shows one)")
    }

    /// Without links, `.` and `..`.
    private static func normal(_ path: String) -> String {
        guard let pointer = realpath(path, nil) else { return path }
        defer { free(pointer) }
        return String(cString: pointer)
    }
}
