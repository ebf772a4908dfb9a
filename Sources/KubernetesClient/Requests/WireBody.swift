// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

extension Value {
    /// The bytes that go to the server: the one place where secrets are written out.
    var wireBytes: [UInt8] { JSON.write(holdsSecret ? exposed : self) }

    private var exposed: Value {
        switch self {
        case .secret(let secret): secret.withExposed { .string($0) }
        case .array(let items): .array(items.map(\.exposed))
        case .object(let object): .object(Object(uniquePairs: object.pairs.map { ($0.key, $0.value.exposed) }))
        case .null, .bool, .number, .string: self
        }
    }
}
