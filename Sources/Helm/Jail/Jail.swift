// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import CLinux
import Glibc
import Model
import NIOPosix
package import SystemPackage

/// Runs Helm where it can do nothing but read a private folder and print. Every run has a thread of its own.
package struct Jail: Sendable {
    /// The `trimtab` that becomes the jailer.
    package var jailer: FilePath
    package var limits: JailLimits
    /// Runs Helm also where the kernel has no Landlock or no seccomp: the operator's decision.
    package var isLenient: Bool
    /// Below it lie the private folders. Nobody else may look into it.
    private let scratch: FilePath
    private let threads: Threads

    /// - Parameters:
    ///   - scratch: made when it is not there; what lies in it is removed.
    ///   - width: runs at one time; further ones wait.
    package init(
        scratch: FilePath, jailer: FilePath = "/proc/self/exe", limits: JailLimits = JailLimits(),
        isLenient: Bool = false, width: Int = 2
    ) throws(HelmError) {
        try PrivateFolder.prepare(scratch)
        self.scratch = scratch
        self.jailer = jailer
        self.limits = limits
        self.isLenient = isLenient
        threads = Threads(count: width)
    }

    /// What a program finds as its environment. The folders do not exist: Helm finds neither a configuration nor
    /// plugins, and keeps nothing.
    static let environment = [
        "HOME=/nonexistent", "HELM_CACHE_HOME=/nonexistent/cache", "HELM_CONFIG_HOME=/nonexistent/config",
        "HELM_DATA_HOME=/nonexistent/data", "HELM_PLUGINS=/nonexistent/plugins", "KUBECONFIG=/nonexistent/kubeconfig",
        "PATH=/nonexistent", "LC_ALL=C", "TZ=UTC",
    ]

    /// Runs a program to its end, and kills it when the task is cancelled.
    ///
    /// - Parameters:
    ///   - files: what it may read, below the folder in which it starts.
    ///   - input: its standard input.
    func run(
        _ program: FilePath, _ arguments: [String], files: [TreePath: [UInt8]] = [:], input: [UInt8] = []
    ) async throws(HelmError) -> JailedRun.Outcome {
        let cancel = clinux_event_open()
        guard cancel >= 0 else { throw .machine(reason: "no event to cancel Helm by: \(Errno(rawValue: -cancel))") }
        defer { _ = clinux_close(cancel) }
        do {
            return try await withTaskCancellationHandler {
                try await threads.pool.runIfActive {
                    let folder = try PrivateFolder(holding: files, below: scratch)
                    defer { folder.remove() }
                    let run = JailedRun(
                        jailer: jailer, order: order(program, arguments, in: folder.path), environment: environment,
                        input: input)
                    return run.run(cancel: cancel)
                }
            } onCancel: {
                _ = clinux_event_signal(cancel)
            }
        } catch let error as HelmError {
            throw error
        } catch {
            throw .cancelled
        }
    }

    private func order(_ program: FilePath, _ arguments: [String], in folder: FilePath) -> JailOrder {
        JailOrder(
            parent: getpid(), folder: folder.string, program: program.string, arguments: arguments, limits: limits,
            isLenient: isLenient)
    }

    private var environment: [String] {
        // Three quarters, so that Go collects its garbage before it meets the limit.
        Self.environment + ["GOMEMLIMIT=\(limits.memory / 4 * 3)", "GOMAXPROCS=2"]
    }
}

extension Jail {
    /// Threads of their own: a template that never ends must not keep others from the disk.
    private final class Threads: Sendable {
        let pool: NIOThreadPool

        init(count: Int) {
            pool = NIOThreadPool(numberOfThreads: max(1, count))
            pool.start()
        }

        deinit { pool.shutdownGracefully { _ in } }
    }
}
