// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Engine
import KubernetesClient
import KubernetesTarget
import Manifest
import Model
import Synchronization
import TestSupport
import Testing

@testable import Assembly

/// What clusters say of themselves is asked for seldom, put on record when it changes, and used from then on.
@Suite struct CapabilityDeskTests {
    private let cluster = MemoryCluster(), recorder = MemoryRecorder()
    private let moment = Box()

    private final class Box: Sendable {
        let now = Mutex(Moment.start)
        func pass(_ duration: Duration) { now.withLock { $0 = $0.advanced(by: duration) } }
    }

    private func desk(knowing known: [TargetName: Capabilities] = [:]) -> CapabilityDesk {
        let clocks = Clocks(
            wall: { Time(nanoseconds: 0) }, monotonic: { [moment] in moment.now.withLock { $0 } }, sleep: { _ in })
        return CapabilityDesk(known: known, recorder: recorder, clocks: clocks)
    }

    private var target: KubernetesTarget {
        KubernetesTarget(cluster: cluster, observations: MemoryObservations())
    }

    @Test func `a cluster is put on record once, and again when it is another`() async {
        let (desk, prod) = (desk(), name("prod") as TargetName)
        await desk.admit([prod: target])
        let first = await desk.known[prod]
        #expect(first?.kubeVersion == "v1.33.1")
        #expect(first?.apiVersions.contains("apps/v1/Deployment") == true)
        #expect(first?.apiVersions.contains("v1") == true && first?.apiVersions.contains("v1/ConfigMap") == true)
        #expect(recorder.recorded.compactMap { $0.payload(as: CapabilitiesSeen.self)?.capabilities } == [first])
        // Not asked again at once, and not recorded again while it says the same.
        cluster.setVersion("v1.34.0")
        #expect(await desk.look().isEmpty)
        moment.pass(.seconds(901))
        #expect(await desk.look() == [prod])
        #expect(await desk.known[prod]?.kubeVersion == "v1.34.0")
        moment.pass(.seconds(901))
        #expect(await desk.look().isEmpty)
        #expect(recorder.recorded.count == 2)
    }

    @Test func `what is on record stands until the cluster says something else`() async {
        let prod: TargetName = name("prod")
        let before = Capabilities(kubeVersion: "v1.20.0", apiVersions: ["v1"])
        let desk = desk(knowing: [prod: before])
        #expect(await desk.known == [prod: before])
        await desk.admit([prod: target])
        #expect(await desk.known[prod]?.kubeVersion == "v1.33.1")
    }

    @Test func `a part of the API that does not answer serves what it served`() async throws {
        let known = try #require(try await target.capabilities(since: nil))
        cluster.setUnavailable(GroupVersion(group: "apps", version: "v1"), "gone")
        #expect(try await target.capabilities(since: known) == known)
        let unknown = try await target.capabilities(since: nil)
        #expect(unknown?.apiVersions.contains("apps/v1/Deployment") == false)
    }

    @Test func `hosts have nothing to say`() async {
        let (desk, host) = (desk(), name("host") as TargetName)
        await desk.admit([host: MemoryTarget()])
        #expect(await desk.known.isEmpty && recorder.recorded.isEmpty)
    }

    @Test func `a record is read back as it was written`() {
        let seen = CapabilitiesSeen(
            target: name("prod"),
            capabilities: Capabilities(kubeVersion: "v1.33.1", apiVersions: ["apps/v1", "v1/Pod"]))
        #expect(CapabilitiesSeen(seen.value) == seen)
    }
}
