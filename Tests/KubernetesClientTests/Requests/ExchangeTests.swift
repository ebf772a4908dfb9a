// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Testing

@testable import KubernetesClient

struct ExchangeTests {
    private let deployments = ResourceType(
        group: "apps", version: "v1", name: "deployments", kind: "Deployment", isNamespaced: true)
    private let roles = ResourceType(
        group: "rbac.authorization.k8s.io", version: "v1", name: "clusterroles", kind: "ClusterRole",
        isNamespaced: false)
    private let pods = ResourceType(group: "", version: "v1", name: "pods", kind: "Pod", isNamespaced: true)
    private let options = WriteOptions(manager: "me & you")

    private var web: ObjectAddress { ObjectAddress(deployments, namespace: "shop", name: "web") }

    @Test func `paths follow the API's conventions`() throws {
        #expect(try Exchange.get(web, .whole).uri == "/apis/apps/v1/namespaces/shop/deployments/web")
        #expect(
            try Exchange.get(web.subresource("scale"), .whole).uri
                == "/apis/apps/v1/namespaces/shop/deployments/web/scale")
        let role = ObjectAddress(roles, namespace: "ignored", name: "system:node")
        #expect(
            try Exchange.get(role, .whole).uri == "/apis/rbac.authorization.k8s.io/v1/clusterroles/system%3anode")
        let pod = ObjectAddress(pods, namespace: "shop", name: "a")
        let dry = WriteOptions(manager: "m", isDryRun: true)
        #expect(
            try Exchange.create([:], at: pod, dry).uri
                == "/api/v1/namespaces/shop/pods?fieldManager=m&fieldValidation=Warn&dryRun=All")
    }

    @Test(arguments: ["../../secrets/x", "a/b", "é%2f", "a?b", "a#b"]) func `no name leads elsewhere`(name: Text) throws
    {
        let path = try Exchange.get(ObjectAddress(pods, namespace: "shop", name: name), .whole).uri
        #expect(path.split(separator: "/").count == 6)
        #expect(!path.contains("?") && !path.contains("#"))
    }

    @Test(arguments: ["", ".", ".."]) func `a name that is a step of a path is refused`(name: Text) {
        #expect(throws: KubernetesError.self) {
            try Exchange.get(ObjectAddress(pods, namespace: "shop", name: name), .whole)
        }
        #expect(throws: KubernetesError.self) {
            try Exchange.get(ObjectAddress(pods, namespace: name, name: "a"), .whole)
        }
    }

    @Test func `an apply is one, by its media type and its manager`() throws {
        var forced = options
        forced.force = true
        let exchange = try Exchange.apply(["a": 1], at: web, forced)
        #expect(exchange.method == .patch)
        #expect(exchange.contentType == "application/apply-patch+yaml")
        #expect(exchange.uri.hasSuffix("?fieldManager=me%20%26%20you&fieldValidation=Warn&force=true"))
    }

    @Test func `what may be sent twice is known of each request`() throws {
        let versioned: Value = ["metadata": ["resourceVersion": "5"]]
        #expect(try Exchange.apply([:], at: web, options).isRepeatable)
        #expect(try !Exchange.apply(versioned, at: web, options).isRepeatable)
        #expect(try !Exchange.create([:], at: web, options).isRepeatable)
        #expect(try !Exchange.replace(versioned, at: web, options).isRepeatable)
        #expect(try Exchange.patch(web, with: .merge([:]), options).isRepeatable)
        #expect(try !Exchange.patch(web, with: .json([]), options).isRepeatable)
        #expect(try Exchange.delete(web, DeleteOptions(uid: "u")).isRepeatable)
        #expect(try !Exchange.delete(web, DeleteOptions()).isRepeatable)
    }

    @Test func `a deletion says of which object, and what becomes of its own`() throws {
        let exchange = try Exchange.delete(
            web, DeleteOptions(uid: "u", resourceVersion: "5", propagation: .foreground, gracePeriod: 0))
        #expect(exchange.body?["preconditions"] == ["uid": "u", "resourceVersion": "5"])
        #expect(exchange.body?["propagationPolicy"] == "Foreground")
        #expect(exchange.body?["gracePeriodSeconds"] == 0)
    }

    @Test func `lists come in pages, watches with bookmarks and an end`() throws {
        let query = Query(Collection(pods), labels: "a in (b,c)", fields: "metadata.name=x", form: .metadata)
        let list = try Exchange.list(query, next: "token")
        #expect(
            list.uri
                == "/api/v1/pods?labelSelector=a%20in%20%28b%2cc%29&fieldSelector=metadata.name%3dx&limit=500&continue=token"
        )
        #expect(list.accept.hasPrefix("application/json;as=PartialObjectMetadataList;"))
        let watch = try Exchange.watch(query, from: "5", for: .seconds(300))
        #expect(watch.uri.hasSuffix("watch=1&resourceVersion=5&allowWatchBookmarks=true&timeoutSeconds=300"))
    }
}
