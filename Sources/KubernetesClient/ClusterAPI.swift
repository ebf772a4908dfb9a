// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// What can be asked of a cluster. ``KubernetesClient`` asks a real one; its twin in memory is in `TestSupport`, and
/// both pass the conformance suite there.
///
/// Every call retries by itself what may be retried (see ``RetryPolicy``), ends by a deadline, and may be cancelled.
/// Closures are called in order, and the connection is read no faster than they return.
package protocol ClusterAPI: Sendable {
    /// The same cluster, asked as somebody else; `nil` for the connection's own identity.
    func acting(as identity: Impersonation?) -> any ClusterAPI

    /// What the server serves. Shared by all identities.
    func discovery(_ freshness: DiscoveryFreshness) async throws(KubernetesError) -> Discovery

    /// The server's version: `v1.33.1`.
    func version() async throws(KubernetesError) -> Text

    /// Reads an object. Errors: `notFound`.
    func get(_ address: ObjectAddress, _ form: ObjectForm) async throws(KubernetesError) -> Value

    /// Reads all objects of a query, page by page, and hands each over as its bytes arrive: one is held at a time.
    ///
    /// - Returns: the resource version of the list, from which a watch may begin.
    /// - Throws: `expired` when the list took so long that the server forgot its state: what was handed over is not
    ///   all, and does not belong to one moment.
    func list(
        _ query: Query, _ each: (Value) async throws(KubernetesError) -> Void
    ) async throws(KubernetesError) -> Text

    /// Watches for at most `limit`; returns when that is over, or when the server ends it. Not retried: ``Feed`` does
    /// that. The first event is a bookmark with the resource version given: the server has agreed to watch.
    ///
    /// - Throws: `expired` when the server no longer knows what came after the resource version.
    func watch(
        _ query: Query, from resourceVersion: Text, for limit: Duration,
        _ each: (WatchEvent) async throws(KubernetesError) -> Void
    ) async throws(KubernetesError)

    /// Creates an object; the name in the address may be empty where the object has a `generateName`. With a
    /// subresource the object is what is posted there. Errors: `alreadyExists`, `invalid`.
    @discardableResult
    func create(
        _ object: Value, at address: ObjectAddress, _ options: WriteOptions
    ) async throws(KubernetesError) -> WriteAnswer

    /// Server-side apply: creates the object or merges it. An object that carries a UID or a resource version is
    /// applied to that one only. Errors: `conflict` with the fields that others own, unless forced.
    @discardableResult
    func apply(
        _ object: Value, at address: ObjectAddress, _ options: WriteOptions
    ) async throws(KubernetesError) -> WriteAnswer

    /// Puts the object in the place of the one that is there. Errors: `conflict` when that has another resource version.
    @discardableResult
    func replace(
        _ object: Value, at address: ObjectAddress, _ options: WriteOptions
    ) async throws(KubernetesError) -> WriteAnswer

    /// Changes the object that is there. Errors: `conflict` when it is not what the patch tests for.
    @discardableResult
    func patch(
        _ address: ObjectAddress, with patch: Patch, _ options: WriteOptions
    ) async throws(KubernetesError) -> WriteAnswer

    /// Deletes an object. Errors: `notFound`; `conflict` when the object is not the one that was meant.
    @discardableResult
    func delete(_ address: ObjectAddress, _ options: DeleteOptions) async throws(KubernetesError) -> DeleteAnswer

    /// Whether the identity may do something, as the server's own authorizer sees it.
    func review(_ question: AccessQuestion) async throws(KubernetesError) -> AccessAnswer
}

/// How new an answer must be.
package enum DiscoveryFreshness: Sendable, Hashable {
    /// What is known will do; asks when nothing is.
    case cached
    /// Asks the server; calls at the same time share one answer.
    case refreshed
}

/// How much of an object is sent.
package enum ObjectForm: Sendable, Hashable {
    case whole
    /// `apiVersion`, `kind` and `metadata` alone.
    case metadata
}

/// Which objects to list or watch.
package struct Query: Sendable, Hashable {
    package var collection: Collection
    /// As `kubectl --selector` has it; empty for all.
    package var labels: Text
    /// `metadata.name=web`; empty for all.
    package var fields: Text
    package var form: ObjectForm
    /// Objects in a page of a list.
    package var pageSize: Int

    package init(
        _ collection: Collection, labels: Text = "", fields: Text = "", form: ObjectForm = .whole, pageSize: Int = 500
    ) {
        self.collection = collection
        self.labels = labels
        self.fields = fields
        self.form = form
        self.pageSize = pageSize
    }
}

extension ClusterAPI {
    package func get(_ address: ObjectAddress) async throws(KubernetesError) -> Value { try await get(address, .whole) }

    /// The resource of a kind. Looks again when it is not known, since it may be new.
    ///
    /// - Throws: `unknownKind` when the server has no such kind; `unavailable` when the part of the API that may have it
    ///   does not answer.
    package func resource(of kind: GroupVersionKind) async throws(KubernetesError) -> ResourceType {
        let known = try await discovery(.cached)
        if let resource = known.resource(of: kind) { return resource }
        let fresh = try await discovery(.refreshed)
        if let resource = fresh.resource(of: kind) { return resource }
        throw fresh.missing(kind)
    }
}
