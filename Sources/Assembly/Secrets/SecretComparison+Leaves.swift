// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Commands
import Manifest

extension SecretComparison {
    /// By key, in the order of their bytes. Values are compared in constant time, and nothing else comes of them.
    static func of(
        _ first: [[Text]: [Secret<[UInt8]>]], _ second: [[Text]: [Secret<[UInt8]>]]
    ) -> [SecretComparison] {
        Set(first.keys).union(second.keys).map { path in
            let state: State =
                switch (first[path], second[path]) {
                case (let left?, let right?): left == right ? .same : .differs
                case (_?, nil): .onlyInFirst
                default: .onlyInSecond
                }
            return SecretComparison(key: Text(path.map(\.string).joined(separator: ".")), state: state)
        }.sorted { $0.key < $1.key }
    }
}
