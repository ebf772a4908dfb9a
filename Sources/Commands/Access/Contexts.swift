// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Fleet
import Manifest
import Model

/// The servers that a person has signed in to, in a file that nobody else can read.
struct Contexts {
    struct Context: Sendable {
        var name: Text
        var server: Text
        var token: Secret<Text>
        /// A file of certificates.
        var authorities: Text?

        var engine: RemoteEngine {
            RemoteEngine(server: server, credentials: Credentials(token: token, authorities: authorities))
        }
    }

    /// Where commands go that do not say; `nil` for this machine.
    var current: Text?
    /// Ordered by name.
    var all: [Context]

    subscript(name: Text) -> Context? { all.first { $0.name == name } }

    mutating func put(_ context: Context) {
        remove(context.name)
        all.append(context)
        all.sort { $0.name < $1.name }
    }

    mutating func remove(_ name: Text) {
        all.removeAll { $0.name == name }
        if current == name { current = nil }
    }

    /// The one of a name; an error that lists the others.
    func named(_ name: Text) throws(APIError) -> Context {
        if let context = self[name] { return context }
        let names = all.map(\.name.string).joined(separator: ", ")
        throw APIError(
            .notFound, "there is no context \(name)",
            advice: names.isEmpty ? "sign in to a server with \"trimtab login\"" : "these are: \(Text(names))")
    }
}

extension Contexts {
    /// Empty where there is no file.
    static func read() throws(APIError) -> Contexts {
        guard let path = path?.string, Files.exists(path) else { return Contexts(current: nil, all: []) }
        try Files.requirePrivate(path)
        let bytes = try Files.read(path, limit: 1 << 20)
        do {
            let documents = try YAML.read(
                bytes, file: Text(path), budget: Budget(bytes: 1 << 20, depth: 8, nodes: 10_000, documents: 1),
                keys: .asWritten)
            guard let document = documents.first else { return Contexts(current: nil, all: []) }
            return try shape.decode(document.value, in: Places(document))
        } catch {
            throw APIError(.invalid, Text("\(error)"), advice: "put it in order, or remove the file and sign in again")
        }
    }

    func write() throws(APIError) {
        guard let path = Self.path else {
            throw APIError(.invalid, "$HOME is not set, so there is no place to keep it")
        }
        let folder = path.string.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(path.string[..<$0]) } ?? "/"
        try Files.makeFolder(folder)
        try Files.replace(path.string, YAML.write(value), mode: 0o600)
    }

    private static var path: Text? {
        let variables = Environment.current.variables
        if let folder = variables["XDG_CONFIG_HOME"], folder.hasPrefix("/") {
            return Text(folder + "/trimtab/contexts.yaml")
        }
        guard let home = variables["HOME"], home.hasPrefix("/") else { return nil }
        return Text(home + "/.config/trimtab/contexts.yaml")
    }

    private static let shape = Shape<Contexts>.object(
        Field.optional("current", .text, "Where commands go that do not say."),
        Field.optional("contexts", .map(keys: .text, of: context), default: [], "By name.")
    ) { current, contexts in
        Contexts(
            current: current,
            all: contexts.map { item in
                var context = item.value
                context.name = item.key
                return context
            }
            .sorted { $0.name < $1.name })
    }

    private static let context = Shape<Context>.object(
        Field.required("server", .text, "Its address."), Field.required("token", .text, "The token to show there."),
        Field.optional("authorities", .text, "A file of certificates that vouch for it.")
    ) { Context(name: "", server: $0, token: Secret($1), authorities: $2) }

    private var value: Value {
        let contexts = all.map { context in
            let fields = Value.fields([
                "server": .string(context.server), "token": context.token.withExposed { .string($0) },
                "authorities": context.authorities.map(Value.string),
            ])
            return (key: context.name, value: fields)
        }
        return .fields([
            "current": current.map(Value.string), "contexts": .object(Object(uniquePairs: contexts)),
        ])
    }
}
