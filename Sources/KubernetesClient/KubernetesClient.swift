// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// A client of one cluster, as the connection's identity or another that it impersonates.
///
/// Copies share connections, discovery and counters. It must be shut down, once.
package struct KubernetesClient: Sendable {
    package struct Options: Sendable {
        /// What the server logs as who asks.
        package var userAgent: Text
        /// The most calls at once; how many there are is found out.
        package var concurrency: Int
        /// How long a call may take, with all its attempts; an answer that falls silent may take ``callSilence`` more.
        package var deadline: Duration
        /// How long a call's answer may pause.
        package var callSilence: Duration
        /// How long a watch may be silent. Servers send a bookmark a minute; a connection that brings none for longer is
        /// half open.
        package var watchSilence: Duration
        /// One connection for all calls instead of one for each; not for watches.
        package var usesHTTP2 = false
        var retries = RetryPolicy()

        package init(
            userAgent: Text, concurrency: Int = 64, deadline: Duration = .seconds(30),
            callSilence: Duration = .seconds(30),
            watchSilence: Duration = .seconds(150)
        ) {
            self.userAgent = userAgent
            self.concurrency = max(1, concurrency)
            self.deadline = deadline
            self.callSilence = callSilence
            self.watchSilence = watchSilence
        }
    }

    let transport: Transport
    let shared: Renewed<Discovery>
    let impersonation: Impersonation?

    /// Connects when first asked.
    package init(_ connection: Connection, options: Options, counters: RequestCounters = RequestCounters()) {
        let transport = Transport(connection, options: options, counters: counters)
        let discoverer = Discoverer { (path, accept) async throws(KubernetesError) in
            var exchange = Exchange(method: .get, path: path, isRepeatable: true, subject: "the server's API")
            exchange.accept = accept
            return try await transport.send(exchange, as: nil).value(exchange)
        }
        self.init(
            transport: transport,
            shared: Renewed { (_) async throws(KubernetesError) in try await discoverer.discover() },
            impersonation: nil)
    }

    private init(transport: Transport, shared: Renewed<Discovery>, impersonation: Impersonation?) {
        self.transport = transport
        self.shared = shared
        self.impersonation = impersonation
    }

    /// Every request that went out since the client was made.
    package var counters: RequestCounters { transport.counters }

    /// Calls that may be under way at once, as it stands now.
    package var concurrency: Int { transport.gate.limit }

    /// Closes the connections. Calls that are under way fail.
    package func shutdown() async { await transport.shutdown() }

    /// The same cluster, asked as somebody else; `nil` for the connection's own identity.
    package func acting(as identity: Impersonation?) -> any ClusterAPI {
        KubernetesClient(transport: transport, shared: shared, impersonation: identity)
    }
}
