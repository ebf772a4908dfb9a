// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Helm
import Manifest
import Testing

@Suite struct HelmObjectTests {
    @Test(arguments: [
        ("shop/crds/kinds.yaml", true), ("shop/crds/more/kinds.yaml", true),
        ("shop/charts/redis/crds/kinds.yaml", true), ("shop/charts/a/charts/b/crds/kinds.yaml", true),
        ("shop/templates/crds/kinds.yaml", false), ("shop/charts/redis/templates/crds/kinds.yaml", false),
        ("crds/templates/web.yaml", false), ("shop/charts/crds/templates/web.yaml", false), ("shop/crds", false),
        ("helm", false),
    ])
    func `definitions are what lies in a chart's own folder for them`(template: String, isOfDefinitions: Bool) {
        let object = HelmObject(manifest: [:], template: Text(template))
        #expect(object.isOfDefinitions == isOfDefinitions)
    }
}
