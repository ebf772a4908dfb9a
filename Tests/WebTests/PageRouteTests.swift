// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Manifest
import Model
import TestSupport
import Testing
import Web

@Suite struct PageRouteTests {
    @Test func `units and what is done to them have places of their own`() {
        let unit = Sample.unit("web", "prod")
        #expect(PageRoute(path: "/units/acme/web/prod") == .unit(unit))
        #expect(PageRoute(path: "/units/acme/web/prod/rollback") == .act(.rollback, unit))
        #expect(PageRoute(path: "/units/acme/web/prod/tree") == .tree(unit))
        #expect(PageRoute(path: "/") == .overview)
        #expect(PageRoute(path: "/activity/export") == .export)
    }

    @Test(arguments: [
        "", "units", "/units", "/units/acme/web", "/units/acme/web/prod/", "/units/acme/web/prod/explode",
        "/units/acme/web/prod/sync/now", "/units/ac%2Fme/web/prod", "/units/acme/WEB/prod", "/units/acme/web/pro%ff",
        "/units/../web/prod", "//", "/v1/status", "/assets", "/drift/", "/activity/../drift", "/%zz",
    ])
    func `anything else is no page`(path: String) {
        #expect(PageRoute(path: Text(path)) == nil)
    }
}
