// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Manifest
import Testing

@Suite struct ObjectPatternTests {
    private static let web = ObjectID(group: "apps", kind: "Deployment", namespace: "shop", name: "web")
    private static let file = ObjectID(group: "host.trimtab.dev", kind: "File", name: "/etc/a:b/c")
    private static let role = ObjectID(
        group: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "system:node")
    private static let map = ObjectID(group: "", kind: "ConfigMap", namespace: "shop", name: "web")

    @Test(arguments: [
        ("Deployment/web", [web]), ("deployment/shop/web", [web]), ("Deployment.apps/web", [web]),
        ("Deployment.Apps/shop/web", [web]), ("apps:Deployment:shop/web", [web]), ("apps:Deployment:web", [web]),
        ("*/web", [web, map]), ("*:*:shop/web", [web, map]), (":ConfigMap:web", [map]), (":Deployment:web", []),
        ("ConfigMap/*", [map]), ("ConfigMap/shop/*", [map]), ("ConfigMap/other/*", []), ("Deployment/other/web", []),
        ("Deployment.batch/web", []), ("File//etc/a:b/c", [file]), ("ClusterRole/system:node", [role]),
        ("*:*:*", [web, file, role, map]), ("Deployment/we", []), ("Deployment/shop", []),
    ])
    func `objects are named as people name them`(text: String, meant: [ObjectID]) throws {
        let pattern = try #require(ObjectPattern(parsing: Text(text)))
        #expect([Self.web, Self.file, Self.role, Self.map].filter(pattern.matches) == meant)
        #expect(try ObjectPattern(wire: pattern.wire) == pattern)
    }

    @Test(arguments: [
        "", "web", "/web", "Deployment/", "apps:Deployment:", ":", "::", "a:b", "Deployment./web", ".a/b",
    ])
    func `what names no kind or no object is refused`(text: String) {
        #expect(ObjectPattern(parsing: Text(text)) == nil)
    }
}
