// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// Asks a server what it serves: in two requests where it can tell all at once, else group by group.
struct Discoverer: Sendable {
    /// Gets a document by its path, as one of the media types.
    var get: @Sendable (_ path: String, _ accept: String) async throws(KubernetesError) -> Value

    /// Requests at the same time.
    private static let width = 8

    func discover() async throws(KubernetesError) -> Discovery {
        let core = try await core()
        let groups = try await get("/apis", AggregatedDiscovery.mediaTypes)
        var resources: [ResourceType] = []
        var unavailable: [GroupVersion: Text] = [:]
        var versions: [GroupVersion] = []
        if let all = AggregatedDiscovery(core) {
            resources += all.resources
            unavailable.merge(all.unavailable) { first, _ in first }
        } else {
            versions += GroupDiscovery.coreVersions(core)
        }
        let aggregated = AggregatedDiscovery(groups)
        if aggregated == nil { versions += GroupDiscovery.versions(groups) }
        for (version, answer) in try await ask(versions) {
            switch answer {
            case .success(let found): resources += found
            case .failure(let error): unavailable[version] = error.message
            }
        }
        if let aggregated {
            resources += aggregated.resources
            unavailable.merge(aggregated.unavailable) { first, _ in first }
        }
        guard !resources.isEmpty else {
            throw KubernetesError(
                .badAnswer, subject: "the server", message: "it does not say what it serves; is it a Kubernetes API?")
        }
        return Discovery(resources: resources, unavailable: unavailable)
    }

    /// A server for custom resources alone has no core group, and says that it knows no such path.
    private func core() async throws(KubernetesError) -> Value {
        do throws(KubernetesError) { return try await get("/api", AggregatedDiscovery.mediaTypes) } catch {
            guard error.code == .notServed || error.code == .notFound else { throw error }
            return [:]
        }
    }

    private typealias Answer = Result<[ResourceType], KubernetesError>

    /// One broken version of a group breaks only itself; answers in the order of the versions.
    private func ask(_ versions: [GroupVersion]) async throws(KubernetesError) -> [(GroupVersion, Answer)] {
        let answers = await withTaskGroup(of: (Int, Answer).self) { group in
            var answers = [Answer?](repeating: nil, count: versions.count)
            var next = 0
            func addNext() {
                guard next < versions.count else { return }
                let index = next
                next += 1
                group.addTask { (index, await resources(of: versions[index])) }
            }
            for _ in 0..<Self.width { addNext() }
            for await (index, answer) in group {
                answers[index] = answer
                addNext()
            }
            return answers
        }
        guard !Task.isCancelled else { throw .cancelled("the server") }
        return zip(versions, answers).compactMap { version, answer in answer.map { (version, $0) } }
    }

    private func resources(of version: GroupVersion) async -> Answer {
        do throws(KubernetesError) {
            let document = try await get(RequestPath.of(version), "application/json")
            return .success(GroupDiscovery.resources(document, of: version))
        } catch {
            return .failure(error)
        }
    }
}
