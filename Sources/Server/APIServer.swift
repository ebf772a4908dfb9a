// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import API
import Glibc
import Hummingbird
import HummingbirdCore
package import Logging
package import Manifest
import NIOCore

/// Serves the HTTP API on a unix socket until its task is cancelled or its service group shuts down.
package struct APIServer: Sendable {
    /// What is served.
    package struct Site: Sendable {
        package var operations: any Operations
        /// The text of `/metrics`, in Prometheus's exposition format.
        package var metrics: @Sendable () async -> String
        /// Why the engine is not ready to serve; empty when it is.
        package var reasonsNotReady: @Sendable () async -> [Text]

        package init(
            operations: any Operations, metrics: @escaping @Sendable () async -> String,
            reasonsNotReady: @escaping @Sendable () async -> [Text]
        ) {
            self.operations = operations
            self.metrics = metrics
            self.reasonsNotReady = reasonsNotReady
        }
    }

    private let socket: SocketFile
    private let site: Site
    private let access: Access
    private let log: Logger
    private let heartbeat: Duration

    /// - Parameters:
    ///   - socket: where to listen. What a dead daemon left there is replaced, so the caller holds the lock on the
    ///     state folder.
    ///   - heartbeat: how often a stream without events shows that it lives.
    package init(
        socket: Text, serving site: Site, access: Access = .owner, log: Logger, heartbeat: Duration = .seconds(15)
    ) {
        self.socket = SocketFile(path: socket)
        self.site = site
        self.access = access
        self.log = log
        self.heartbeat = heartbeat
    }

    /// Calls `onListening` once the socket can be connected to.
    package func run(onListening: @escaping @Sendable () async -> Void = {}) async throws {
        try socket.prepare()
        defer { socket.remove() }
        var quiet = log
        quiet.logLevel = max(log.logLevel, .warning)
        let application = Application(
            responder: Dispatcher(site: site, access: access, names: UserNames(), heartbeat: heartbeat),
            server: .http1(configuration: Self.http),
            configuration: ApplicationConfiguration(
                address: .unixDomainSocket(path: socket.preparation),
                backlog: 64,
                availableConnectionsDelegate: MaximumAvailableConnections(Self.connections, logger: quiet)),
            onServerRunning: { channel in
                do {
                    try socket.publish()
                    log.info("listening on \(socket.path)")
                    await onListening()
                } catch {
                    log.error("\(error)")
                    channel.close(promise: nil)
                }
            },
            logger: quiet)
        try await Shutdown.graceful(of: application, within: .seconds(10), log: quiet)
    }

    private static let connections = 64

    private static var http: HTTP1Channel.Configuration {
        HTTP1Channel.Configuration(
            idleTimeout: .seconds(75),
            httpDecoderConfiguration: .init(
                maxHeaderFieldSize: 16 << 10, maxHeaderListSize: 32 << 10, maxHeaderFieldCount: 100))
    }
}
