// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Logging
import ServiceLifecycle

enum Shutdown {
    /// Runs a service that must not be cancelled: when the calling task is, the service is shut down instead.
    ///
    /// A cancelled HTTP server drops connections that it has accepted and not looked at yet, and SwiftNIO ends the
    /// process when such a connection was never closed. Shutting down lets them through. That is why this task is
    /// not a child of the caller's; it ends before this returns all the same.
    static func graceful(of service: some Service, within limit: Duration, log: Logger) async throws {
        var configuration = ServiceGroupConfiguration(
            services: [.init(service: service, successTerminationBehavior: .gracefullyShutdownGroup)], logger: log)
        configuration.maximumGracefulShutdownDuration = limit
        let group = ServiceGroup(configuration: configuration)
        let running = Task { try await group.run() }
        try await withTaskCancellationHandler {
            try await running.value
        } onCancel: {
            Task { await group.triggerGracefulShutdown() }
        }
    }
}
