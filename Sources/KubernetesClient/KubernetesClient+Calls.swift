// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

extension KubernetesClient: ClusterAPI {
    package func discovery(_ freshness: DiscoveryFreshness) async throws(KubernetesError) -> Discovery {
        switch freshness {
        case .cached: try await shared.value { _ in true }
        case .refreshed: try await shared.fresh()
        }
    }

    package func version() async throws(KubernetesError) -> Text {
        let exchange = Exchange(method: .get, path: "/version", isRepeatable: true, subject: "the server's version")
        let answer = try await transport.send(exchange, as: nil).value(exchange)
        guard let version = answer["gitVersion"]?.stringValue, !version.isEmpty else {
            throw KubernetesError(.badAnswer, subject: exchange.subject, message: "it has no gitVersion")
        }
        return version
    }

    package func get(_ address: ObjectAddress, _ form: ObjectForm) async throws(KubernetesError) -> Value {
        let object = try await ask(.get(address, form)).object
        return form == .metadata ? object.metadataOnly(of: address.resource) : object
    }

    @discardableResult
    package func create(
        _ object: Value, at address: ObjectAddress, _ options: WriteOptions
    ) async throws(KubernetesError) -> WriteAnswer {
        try await ask(.create(object, at: address, options))
    }

    @discardableResult
    package func apply(
        _ object: Value, at address: ObjectAddress, _ options: WriteOptions
    ) async throws(KubernetesError) -> WriteAnswer {
        try await ask(.apply(object, at: address, options))
    }

    @discardableResult
    package func replace(
        _ object: Value, at address: ObjectAddress, _ options: WriteOptions
    ) async throws(KubernetesError) -> WriteAnswer {
        try await ask(.replace(object, at: address, options))
    }

    @discardableResult
    package func patch(
        _ address: ObjectAddress, with patch: Patch, _ options: WriteOptions
    ) async throws(KubernetesError) -> WriteAnswer {
        let exchange = try Exchange.patch(address, with: patch, options)
        do throws(KubernetesError) { return try await ask(exchange) } catch {
            throw error.isFailedTest(of: patch) ? error.asConflict : error
        }
    }

    @discardableResult
    package func delete(
        _ address: ObjectAddress, _ options: DeleteOptions
    ) async throws(KubernetesError) -> DeleteAnswer {
        let answer = try await ask(.delete(address, options)).object
        // A Status when it is gone; the object when it is not, or as it was last.
        return answer["kind"]?.stringValue != "Status" && answer.isTerminating ? .terminating : .deleted
    }

    package func review(_ question: AccessQuestion) async throws(KubernetesError) -> AccessAnswer {
        let exchange = Exchange(
            method: .post, path: "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", body: question.review,
            isRepeatable: true, subject: "access review")
        let status = try await ask(exchange).object["status"]
        return AccessAnswer(
            isAllowed: status?["allowed"]?.boolValue ?? false, reason: status?["reason"]?.stringValue ?? "")
    }

    private func ask(_ exchange: Exchange) async throws(KubernetesError) -> WriteAnswer {
        let answer = try await transport.send(exchange, as: impersonation)
        return WriteAnswer(
            object: try answer.value(exchange), wasCreated: answer.status == 201, warnings: answer.warnings)
    }
}
