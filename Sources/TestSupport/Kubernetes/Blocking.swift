// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import NIOPosix

/// Work that blocks, on a thread that may.
package enum Blocking {
    package static func run<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
        try await NIOThreadPool.singleton.runIfActive(body)
    }
}
