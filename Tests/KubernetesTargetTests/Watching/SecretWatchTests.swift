// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Engine
import KubernetesClient
import Manifest
import Model
import TestSupport
import Testing

@testable import KubernetesTarget

/// No watch holds values of Secrets; what is in them is read when they change.
@Suite(.timeLimit(.minutes(2))) struct SecretWatchTests {
    @Test func `Secrets are watched by their metadata, and healed all the same`() async throws {
        let daemon = DaemonSite()
        let secret = ResourceType(group: "", version: "v1", name: "secrets", kind: "Secret", isNamespaced: true)
        let address = ObjectAddress(secret, namespace: "default", name: "app-0")
        let cluster = daemon.cluster
        let calls = try await daemon.live(try daemon.units(2)) { _, _ in
            cluster.edit(address) { live in live?.replacingData(["a": "Yg=="]) ?? .null }
            while cluster.object(address)?["data"]?["a"] != "YQ==" { try await Task.sleep(for: .milliseconds(10)) }
        }
        func forms(_ verb: Text, _ kind: Text) -> Set<ObjectForm> {
            Set(calls.filter { $0.verb == verb && $0.resource.kind == kind }.map(\.form))
        }
        #expect(forms("watch", "Secret") == [.metadata])
        #expect(forms("list", "Secret") == [.metadata])
        #expect(forms("watch", "ConfigMap") == [.whole])
    }
}

extension Value {
    fileprivate func replacingData(_ data: Value) -> Value {
        guard var object = objectValue else { return self }
        object["data"] = data
        return .object(object)
    }
}
