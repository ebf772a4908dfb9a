// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Manifest
import Model

/// Something to send to a route, made from what the document of the API says of its input: a new route has one without
/// anybody thinking of it, and a new field that must be there fails the tests until it is known here.
struct RouteInputs {
    struct Unknown: Error, CustomStringConvertible { let description: String }

    let route: MountedRoute
    /// Fields of the input that say which units are meant, or others that must be there.
    private let fields: [Field]

    private static let document = APIDocument.json()

    init(_ route: MountedRoute) throws {
        self.route = route
        let operation = Self.document["paths"]?[route.path]?[route.method == .get ? "get" : "post"]
        guard let operation else { throw Unknown(description: "\(route.path): the document does not have it") }
        switch route.method {
        case .get:
            fields = (operation["parameters"]?.arrayValue ?? []).map { parameter in
                (
                    parameter["name"]?.stringValue ?? "", parameter["schema"]?["type"]?.stringValue == "array",
                    parameter["required"] == .bool(true)
                )
            }
        case .post:
            var schema = operation["requestBody"]?["content"]?["application/json"]?["schema"] ?? .null
            if let reference = schema["$ref"]?.stringValue?.string.split(separator: "/").last {
                schema = Self.document["components"]?["schemas"]?[Text(String(reference))] ?? .null
            }
            let required = Set((schema["required"]?.arrayValue ?? []).compactMap(\.stringValue))
            fields = (schema["properties"]?.objectValue?.pairs ?? []).map { name, property in
                (name, property["type"]?.stringValue == "array", required.contains(name))
            }
        }
    }

    /// Whether it answers with what its asker may see of many things, and with nothing when that is nothing.
    var isListing: Bool {
        route.method == .get && (route.permission == nil || route.permission == .read)
            && !fields.contains { $0.name == "unit" && $0.isRequired }
    }

    /// What must be said, and nothing that narrows it.
    func aboutAll() throws -> String { try text(of: "web@prod") { $0.isRequired } }

    /// - Parameter unit: `web@prod`
    func about(_ unit: String) throws -> String { try text(of: unit) { _ in true } }

    private typealias Field = (name: Text, isList: Bool, isRequired: Bool)

    private func text(of unit: String, where isMeant: (Field) -> Bool) throws -> String {
        let words = unit.split(separator: "@").map(String.init)
        var pairs: [(String, Value)] = []
        for field in fields where isMeant(field) {
            let value: Value? =
                switch field.name {
                case "unit": field.isList ? [.string(Text("acme/\(unit)"))] : .string(Text("acme/\(unit)"))
                case "units": ["unit": [.string(Text("acme/\(unit)"))]]
                case "application": .string(Text(words[0]))
                case "target": .string(Text(words[1]))
                case "sources": [.string(Text(words[0]))]
                case "source" where field.isRequired: "shop"
                case "plan": .string(Text(String(repeating: "0", count: 64)))
                case "until" where route.method == .post: "2030-01-01T00:00:00Z"
                case "time": "2030-01-01T00:00:00Z"
                case "verb": "read"
                case "verbs": ["read"]
                case "name": route.path == Routes.createToken.path ? "new" : "nobody"
                case "expires": "2026-11-30T00:00:00Z"
                default: nil
                }
            guard let value else {
                if field.isRequired { throw Unknown(description: "\(route.path): what is \"\(field.name)\"?") }
                continue
            }
            pairs.append((field.name.string, value))
        }
        let input = Value.object(Object(uniquePairs: pairs.map { (Text($0.0), $0.1) }))
        guard route.method == .get else { return String(decoding: JSON.write(input), as: UTF8.self) }
        return pairs.isEmpty ? "" : "?" + Query.write(input)
    }
}
