// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Model
import NIOPosix
import Synchronization
import SystemPackage

/// One large object, read in pieces by a `git cat-file` of its own, which ends with this value.
final class ObjectStream: Sendable {
    private struct Progress: ~Copyable {
        var process: BatchProcess
        var hash: ObjectHash
        var left: Int64
    }

    /// Only ever locked on the thread pool, where reading may block.
    private let progress = Mutex<Progress?>(nil)
    private let id: GitID
    private let threads: NIOThreadPool

    private static let piece = 256 << 10

    init(
        _ id: GitID, limit: Int64, repository: FilePath, environment: GitEnvironment, threads: NIOThreadPool
    ) async throws(ObjectError) {
        self.id = id
        self.threads = threads
        try await onThread { [self] in
            try progress.withLock { slot in
                var process = try BatchProcess(repository: repository, environment: environment)
                try process.ask([.contents(id)])
                guard case .header(let info) = try process.answer(to: id) else { throw ObjectError.missing(id) }
                guard info.size <= limit else { throw ObjectError.tooLarge(id, bytes: info.size, limit: limit) }
                slot = Progress(process: process, hash: ObjectHash(expecting: info), left: info.size)
            }
        }
    }

    /// `nil` at the end.
    func next() async throws(ObjectError) -> ArraySlice<UInt8>? {
        try await onThread { [self] in
            try progress.withLock { slot in
                guard var progress = slot.take() else { return nil }
                guard progress.left > 0 else {
                    try progress.process.endContent()
                    try progress.hash.finish()
                    return nil
                }
                var piece: [UInt8] = []
                piece.reserveCapacity(Self.piece)
                while piece.count < Self.piece, progress.left > 0 {
                    let room = Self.piece - piece.count
                    let bytes = try progress.process.readPiece(atMost: Int(min(Int64(room), progress.left)))
                    progress.hash.update(bytes)
                    progress.left -= Int64(bytes.count)
                    piece.append(contentsOf: bytes)
                }
                slot = consume progress
                return piece[...]
            }
        }
    }

    private func onThread<Result: Sendable>(
        _ body: @escaping @Sendable () throws -> Result
    ) async throws(ObjectError) -> Result {
        do {
            return try await threads.runIfActive(body)
        } catch let error as ObjectError {
            throw error
        } catch let error as BatchProcess.Broken where error.cause == .fatal {
            throw .corrupt(id, reason: error.reason)
        } catch let error as BatchProcess.Broken {
            throw .unavailable(reason: error.reason)
        } catch {
            throw .unavailable(reason: "\(error)")
        }
    }
}
