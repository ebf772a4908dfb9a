// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Fleet
import Manifest
import Testing

@Suite struct KubernetesLimitsTests {
    private let limits = KubernetesLimits(
        namespaces: ["shop"], clusterKinds: ["Namespace", "ClusterRole.rbac.authorization.k8s.io"],
        identity: .serviceAccount("trimtab/shop"))

    private func refusal(_ object: ObjectID, isNamespaced: Bool) -> String? {
        limits.refusal(of: object, isNamespaced: isNamespaced)
    }

    @Test func `objects may lie in the namespaces that are named and in no other`() {
        #expect(
            refusal(ObjectID(group: "apps", kind: "Deployment", namespace: "shop", name: "a"), isNamespaced: true)
                == nil)
        for namespace in ["bank", "Shop", "shop ", "sho", "*"] as [Text] {
            let object = ObjectID(group: "", kind: "ConfigMap", namespace: namespace, name: "a")
            #expect(refusal(object, isNamespaced: true)?.contains("does not allow the namespace") == true)
        }
        let nowhere = ObjectID(group: "", kind: "ConfigMap", name: "a")
        #expect(refusal(nowhere, isNamespaced: true)?.contains("names no namespace") == true)
    }

    @Test func `kinds in no namespace must be named, by kind or by kind and group`() {
        func object(_ kind: Text, _ group: Text) -> ObjectID { ObjectID(group: group, kind: kind, name: "shop") }
        #expect(refusal(object("ClusterRole", "rbac.authorization.k8s.io"), isNamespaced: false) == nil)
        #expect(refusal(object("ClusterRole", "example.org"), isNamespaced: false) != nil)
        #expect(refusal(object("StorageClass", "storage.k8s.io"), isNamespaced: false) != nil)
    }

    @Test
    func `what may be made anew, taken from others and go without the label is named by kind, and nothing by itself`()
        throws
    {
        func limits(_ rest: String) throws -> KubernetesLimits? {
            let text = """
                kind: Project
                metadata: {name: shop}
                spec: {sources: [a], limits: [{on: {a: b}, kubernetes: {namespaces: [a], identity: {user: a}\(rest)}}]}
                """
            let value = try #require(try YAML.read(Array(text.utf8), keys: .asWritten).first?.value)
            guard case .kubernetes(let limits) = try Project.shape.decode(value).limits.first?.grant else { return nil }
            return limits
        }
        let plain = try #require(try limits(""))
        #expect(plain.replace.isEmpty && plain.force.isEmpty && plain.unlabelled.isEmpty)
        let given = try #require(try limits(", replace: [Job], force: [ConfigMap], unlabelled: [Thing.example.org]"))
        #expect(given.replace == ["Job"] && given.force == ["ConfigMap"] && given.unlabelled == ["Thing.example.org"])
        let thing = ObjectID(group: "example.org", kind: "Thing", namespace: "a", name: "a")
        #expect(KubernetesLimits.names(given.unlabelled, thing) && KubernetesLimits.names(["*"], thing))
        #expect(!KubernetesLimits.names(given.force, thing) && !KubernetesLimits.names(["Thing.example.com"], thing))
    }

    @Test func `a Namespace must be one of the project's`() {
        #expect(refusal(ObjectID(group: "", kind: "Namespace", name: "shop"), isNamespaced: false) == nil)
        #expect(refusal(ObjectID(group: "", kind: "Namespace", name: "kube-system"), isNamespaced: false) != nil)
    }

    @Test func `nobody acts as the system itself, nor as nobody`() {
        #expect(KubernetesLimits.Identity.serviceAccount("a/b").userName == "system:serviceaccount:a:b")
        #expect(KubernetesLimits.Identity.user("ann").userName == "ann")
        for name in ["", "system:admin", "system:masters"] as [Text] {
            #expect(KubernetesLimits.Identity.user(name).userName == nil)
        }
        for name in ["", "a", "a/", "/b", "a/b/c"] as [Text] {
            #expect(KubernetesLimits.Identity.serviceAccount(name).userName == nil)
        }
    }
}
