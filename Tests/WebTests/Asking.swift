// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Manifest
import Model
import Web

extension Visitor {
    static let ada = Visitor(.local(user: "ada"), formToken: "token", may: Set(Verb.allCases))
    static let guest = Visitor(.local(user: "guest"), may: [.read])
}

extension Pages {
    /// As a browser asks.
    func get(
        _ route: PageRoute, of engine: any Operations, by visitor: Visitor = .ada, query: Value = .object(Object()),
        part: Bool = false, after: UInt64? = nil
    ) async -> PageAnswer {
        let request = PageRequest(
            method: .get, path: "", query: query, formToken: "token", wantsPart: part, lastEvent: after)
        return await answer(request, at: route, engine, visitor)
    }

    func post(_ route: PageRoute, of engine: any Operations, form: Value = .object(Object())) async -> PageAnswer {
        let request = PageRequest(method: .post, path: "", form: form, formToken: "token")
        return await answer(request, at: route, engine, .ada)
    }
}

extension PageAnswer {
    var text: String { String(decoding: body, as: UTF8.self) }
}
