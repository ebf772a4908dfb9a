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

    @Test func `every place but those of files needs a permission`() {
        let unit = Sample.unit("web", "prod")
        let routes: [PageRoute] =
            [
                .overview, .drift, .activity, .export, .verification, .targets, .sources, .projects, .live, .refresh,
                .unit(unit),
            ] + UnitAct.allCases.map { .act($0, unit) }
        #expect(routes.allSatisfy { $0.permission != nil })
        #expect(PageRoute.act(.rollback, unit).permission == .rollback)
        #expect(PageRoute.act(.confirm, unit).permission == .confirm)
        #expect(PageRoute.verification.permission == .audit)
        #expect(PageRoute.asset("x").permission == nil)
    }

    @Test(arguments: [
        ("same-origin", nil, "a.example", true), ("same-origin", "https://a.example", "a.example", true),
        (nil, "http://127.0.0.1:8080", "127.0.0.1:8080", true), ("cross-site", "https://a.example", "a.example", false),
        ("same-site", nil, "a.example", false), ("none", nil, "a.example", false), (nil, nil, "a.example", false),
        (nil, "https://b.example", "a.example", false), (nil, "null", "a.example", false),
        (nil, "https://a.example.b.example", "a.example", false), (nil, "https://", "", false),
        ("same-origin", "https://b.example", "a.example", false),
    ])
    func `only a page of this server may send a form`(site: String?, origin: String?, host: String?, isGranted: Bool) {
        let asked = SameOrigin(
            site: site.map { Text($0) }, origin: origin.map { Text($0) }, host: host.map { Text($0) })
        #expect(asked.isGranted == isGranted)
    }
}
