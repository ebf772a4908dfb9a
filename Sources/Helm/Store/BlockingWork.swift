// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import NIOPosix

/// Work that waits for a disk, on a thread that may wait.
enum BlockingWork {
    static func run<Result: Sendable>(
        _ work: @escaping @Sendable () throws(HelmError) -> Result
    ) async throws(HelmError) -> Result {
        do {
            return try await NIOThreadPool.singleton.runIfActive(work)
        } catch let error as HelmError {
            throw error
        } catch {
            throw .cancelled
        }
    }
}
