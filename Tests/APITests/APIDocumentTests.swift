// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Manifest
import Testing

/// The document of the API says what the table of routes says.
@Suite struct APIDocumentTests {
    private let document = APIDocument.json()

    private var operations: [(path: Text, method: Text, operation: Value)] {
        (document["paths"]?.objectValue?.pairs ?? []).flatMap { path, item in
            (item.objectValue?.pairs ?? []).map { (path, $0.key, $0.value) }
        }
    }

    @Test func `every route is there, with words, and the verb that it needs`() throws {
        for route in Routes.mounted {
            let method: Text = route.method == .get ? "get" : "post"
            let operation = try #require(document["paths"]?[route.path]?[method], "\(route.path)")
            #expect(operation["summary"]?.stringValue?.isEmpty == false, "\(route.path) has no summary")
            let words = operation["description"]?.stringValue?.string ?? ""
            #expect(route.permission.map { words == "Needs the verb `\($0)`." } ?? words.contains("signed in"))
        }
        #expect(Set(APIDocument.summaries.keys) == Set(Routes.mounted.map(\.path)))
        let names = operations.compactMap { $0.operation["operationId"]?.stringValue }
        #expect(Set(names).count == operations.count)
    }

    @Test func `only what needs no sign-in says so`() {
        let open = operations.filter { $0.operation["security"] != nil }.map(\.path)
        #expect(Set(open) == ["/healthz", "/readyz", "/v1/hooks/{name}"])
    }

    @Test func `every act but the making of tokens takes an idempotency key`() {
        for (path, method, operation) in operations where method == "post" && path != "/v1/hooks/{name}" {
            let names = (operation["parameters"]?.arrayValue ?? []).compactMap { $0["name"]?.stringValue }
            #expect(names == (path == "/v1/tokens/create" ? [] : ["Idempotency-Key"]), "\(path)")
        }
    }

    @Test func `what is referred to is there`() {
        let schemas = document["components"]?["schemas"]?.objectValue
        for name in Self.references(document) where name.utf8.starts(with: "#/components/schemas/".utf8) {
            let key = Text(String(name.string.dropFirst("#/components/schemas/".count)))
            #expect(schemas?[key] != nil, "\(name)")
        }
        #expect((schemas?.count ?? 0) > 40)
    }

    private static func references(_ value: Value) -> [Text] {
        switch value {
        case .object(let object):
            object.pairs.flatMap { $0.key == "$ref" ? [$0.value.stringValue ?? ""] : references($0.value) }
        case .array(let items): items.flatMap(references)
        default: []
        }
    }
}
