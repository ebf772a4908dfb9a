// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// Looks for secrets in an object by what its fields are called.
struct ObjectScan {
    private let document: YAML.Document
    private let file: Text
    private(set) var findings: [PlainSecret] = []

    private static let depthLimit = 64

    init(_ document: YAML.Document, file: Text) {
        self.document = document
        self.file = file
    }

    mutating func scan() {
        let root = document.value
        // What SOPS encrypted was decided on by whoever wrote its rule, who hardly thought of kubectl's copy.
        guard root[SOPSMetadata.key]?["mac"] == nil else { return checkCopy(in: root, at: FieldPath()) }
        scan(root, at: FieldPath())
    }

    /// `kubectl apply` leaves a copy of the whole Secret in an annotation, which a manifest that was taken from a
    /// cluster brings along.
    private mutating func checkCopy(in object: Value, at path: FieldPath) {
        let annotation = Value.kubectlCopy
        guard object["kind"] == "Secret", let text = object["metadata"]?["annotations"]?[annotation]?.stringValue,
            let copy = try? JSON.read(Array(text.utf8)),
            [copy["data"], copy["stringData"]].contains(where: { $0?.objectValue.map { !$0.isEmpty } ?? false })
        else { return }
        add(
            "kubernetes-secret", "kubectl's copy of a Secret in its annotations", text,
            path.appending("metadata").appending("annotations").appending(annotation))
    }

    private mutating func scan(_ object: Value, at path: FieldPath) {
        if let items = object["items"]?.arrayValue, object["kind"]?.stringValue?.string.hasSuffix("List") == true {
            for (index, item) in items.enumerated() { scan(item, at: path.appending("items").appending(index)) }
            return
        }
        let isSecret = object["kind"]?.stringValue == "Secret" && object["apiVersion"]?.stringValue == "v1"
        if isSecret {
            checkCopy(in: object, at: path)
            for field: Text in ["data", "stringData"] {
                for (key, value) in object[field]?.objectValue?.pairs ?? [] {
                    guard let text = value.stringValue, !text.isEmpty, !Self.standsForSomethingElse(text) else {
                        continue
                    }
                    add("kubernetes-secret", "\(field).\(key) of a Secret", text, path.appending(field).appending(key))
                }
            }
            return
        }
        walk(object, at: path, depth: 0)
    }

    private mutating func walk(_ value: Value, at path: FieldPath, depth: Int) {
        guard depth < Self.depthLimit else { return }
        switch value {
        case .object(let object):
            // A variable of a container: {name: DB_PASSWORD, value: …}
            if let name = object["name"]?.stringValue, Self.isSecretName(name) {
                check(object["value"], "the value of \(name)", path.appending("value"))
            }
            for (key, value) in object.pairs {
                let child = path.appending(key)
                if Self.isSecretName(key) { check(value, "\(child)", child) }
                walk(value, at: child, depth: depth + 1)
            }
        case .array(let items):
            for (index, item) in items.enumerated() { walk(item, at: path.appending(index), depth: depth + 1) }
        default: break
        }
    }

    private mutating func check(_ value: Value?, _ what: String, _ path: FieldPath) {
        guard let text = value?.stringValue, text.utf8.count >= 6, !Self.standsForSomethingElse(text),
            !PlainValue.refers(text)
        else { return }
        add("password", Text(what), text, path)
    }

    private mutating func add(_ rule: Text, _ what: Text, _ text: Text, _ path: FieldPath) {
        let line = document.position(of: path)?.line ?? 1
        findings.append(PlainSecret(rule: rule, file: file, line: line, what: what, value: text.utf8))
    }

    private static func standsForSomethingElse(_ text: Text) -> Bool {
        PlainValue.standsForSomethingElse(Array(text.utf8))
    }

    /// `password`, `DB_PASSWORD`, `clientSecret`, `api-key`; not `passwordFile`, `secretName`, `tokenTTL`.
    static func isSecretName(_ name: Text) -> Bool {
        let letters = String(name.string.lowercased().filter { $0 != "_" && $0 != "-" && $0 != "." })
        return [
            "password", "passwd", "passphrase", "secret", "secretkey", "apikey", "accesskey", "privatekey",
            "clientsecret", "authtoken", "accesstoken", "bearertoken", "apitoken", "refreshtoken",
        ].contains { letters.hasSuffix($0) }
    }
}
