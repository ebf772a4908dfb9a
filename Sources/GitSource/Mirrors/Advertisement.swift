// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Model

/// What a server has, as `git ls-remote` prints it.
struct Advertisement: Sendable {
    private(set) var references: [String: GitID] = [:]

    init() {}

    /// Keeps the references of exactly these names: the patterns of `git ls-remote` match the end of a name.
    init(parsing output: [UInt8], names: Set<String>) {
        for line in output.split(separator: 0x0A) {
            guard let tab = line.firstIndex(of: 0x09) else { continue }
            let name = String(decoding: line[(tab + 1)...], as: UTF8.self)
            guard names.contains(name), let id = GitID(hex: String(decoding: line[..<tab], as: UTF8.self)) else {
                continue
            }
            references[name] = id
        }
    }

    mutating func add(_ other: Advertisement) { references.merge(other.references) { $1 } }
}
