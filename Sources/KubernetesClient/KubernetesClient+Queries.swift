// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

extension KubernetesClient {
    package func list(
        _ query: Query, _ each: (Value) async throws(KubernetesError) -> Void
    ) async throws(KubernetesError) -> Text {
        var next: Text?
        var version: Text?
        repeat {
            let page = try await readPage(of: query, next: next, each)
            version = page.version
            next = page.next
        } while next != nil
        guard let version else {
            throw KubernetesError(
                .badAnswer, subject: Text("\(query.collection)"), message: "the list has no resource version")
        }
        return version
    }

    /// One page. It is asked for again only as long as nothing of it was handed over: what a second answer has in
    /// common with the first is unknown.
    private func readPage(
        of query: Query, next: Text?, _ each: (Value) async throws(KubernetesError) -> Void
    ) async throws(KubernetesError) -> ListPage {
        let exchange = try Exchange.list(query, next: next)
        var failure: KubernetesError?
        let page = try await transport.retrying(exchange) { (_) async throws(KubernetesError) -> ListPage? in
            var reader = PageReader(query)
            do throws(KubernetesError) {
                try await transport.stream(exchange, as: impersonation, over: transport.calls) {
                    (bytes) async throws(KubernetesError) in try await reader.read(bytes, each)
                }
                return try reader.finish()
            } catch {
                guard reader.count > 0 else { throw error }
                failure = error
                return nil
            }
        }
        if let failure { throw failure }
        guard let page else { throw .cancelled(exchange.subject) }
        return page
    }

    package func watch(
        _ query: Query, from resourceVersion: Text, for limit: Duration,
        _ each: (WatchEvent) async throws(KubernetesError) -> Void
    ) async throws(KubernetesError) {
        let exchange = try Exchange.watch(query, from: resourceVersion, for: limit)
        var splitter = JSONSplitter(.sequence)
        try await transport.stream(exchange, as: impersonation, over: transport.watches) {
            () async throws(KubernetesError) in
            try await each(.bookmark(resourceVersion))
        } _: { (bytes) async throws(KubernetesError) in
            splitter.feed(bytes)
            while let frame = try splitter.nextObject(of: query) {
                try await each(WatchFrame.event(frame, of: query))
            }
        }
    }
}

/// What a page of a list says besides its objects.
struct ListPage: Sendable {
    var version: Text?
    /// The token for the next page.
    var next: Text?
}

/// Reads one page as its bytes arrive.
private struct PageReader {
    let query: Query
    var splitter = JSONSplitter(.list)
    /// Objects handed over.
    var count = 0

    init(_ query: Query) { self.query = query }

    mutating func read(
        _ bytes: [UInt8], _ each: (Value) async throws(KubernetesError) -> Void
    ) async throws(KubernetesError) {
        splitter.feed(bytes)
        while let object = try splitter.nextObject(of: query) {
            count += 1
            try await each(WatchFrame.reduce(object, query))
        }
    }

    func finish() throws(KubernetesError) -> ListPage {
        do throws(ReadingError) {
            let envelope = try splitter.finish()
            let next = envelope["metadata"]?["continue"]?.stringValue
            return ListPage(version: envelope.resourceVersion, next: next?.isEmpty == true ? nil : next)
        } catch {
            throw .unreadable(query, error)
        }
    }
}

extension JSONSplitter {
    fileprivate mutating func nextObject(of query: Query) throws(KubernetesError) -> Value? {
        do throws(ReadingError) { return try next() } catch { throw .unreadable(query, error) }
    }
}

extension KubernetesError {
    fileprivate static func unreadable(_ query: Query, _ error: ReadingError) -> KubernetesError {
        KubernetesError(
            .badAnswer, subject: Text("\(query.collection)"),
            message: query.collection.resource.isSecret
                ? "the server sent what is not readable" : Text("the server sent what is not readable: \(error.reason)")
        )
    }
}
