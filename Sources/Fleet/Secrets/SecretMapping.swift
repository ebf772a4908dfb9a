// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
package import Model

/// The kind SecretMapping: which values of stores are put into an object of the same application, when it is applied.
///
/// It is written among an application's objects. A render leaves it out and notes what it says in the object that it
/// is about, in the field ``field``: so that object says all that becomes of it, wherever it is kept and shown.
package struct SecretMapping: Sendable, Hashable {
    /// One value of a store.
    package struct Reference: Sendable, Hashable {
        package var store: SecretStoreName
        package var path: Text
        package var key: Text
        /// The newest when `nil`.
        package var version: Int64?
        /// Whether the store holds it as base64.
        package var isBase64: Bool

        package init(store: SecretStoreName, path: Text, key: Text, version: Int64?, isBase64: Bool) {
            self.store = store
            self.path = path
            self.key = key
            self.version = version
            self.isBase64 = isBase64
        }
    }

    /// The kind of the object: `Secret` or `File`.
    package var kind: Text
    package var object: Text
    /// Names and what they stand for, in the order they were written.
    package var values: [KeyedItem<Text, Reference>]

    package static let group: Text = "secrets.trimtab.dev"
    package static let apiVersion: Text = "secrets.trimtab.dev/v1alpha1"
    package static let kindName: Text = "SecretMapping"
    /// Of a rendered object.
    package static let field: Text = "secretMapping"

    package static func == (left: SecretMapping, right: SecretMapping) -> Bool {
        left.kind == right.kind && left.object == right.object && left.values.map(\.key) == right.values.map(\.key)
            && left.values.map(\.value) == right.values.map(\.value)
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(object)
        for value in values { hasher.combine(value.value) }
    }
}

extension SecretMapping {
    /// Of a whole manifest.
    package static let shape = Shape<SecretMapping>.object(
        Field.required("apiVersion", .choice([(apiVersion, true)])),
        Field.required("kind", .choice([(kindName, true)])),
        Field.required("metadata", .any, "Who this is."),
        Field.required("spec", spec, "What is put where.")
    ) { _, _, metadata, spec in
        SecretMapping(
            kind: spec.object?.kind ?? "Secret", object: spec.object?.name ?? metadata["name"]?.stringValue ?? "",
            values: spec.values)
    }

    /// What a rendered object says in its field ``field``; `nil` when it has none.
    package init?(of object: DesiredObject) throws(InvalidFields) {
        guard object.manifest[Self.field] != nil else { return nil }
        let values = try Self.values.decode(object.manifest, at: FieldPath([.key(Self.field)]))
        self.init(kind: object.id.kind, object: object.id.name, values: values)
    }

    private struct Spec: Sendable {
        var object: Place?
        var values: [KeyedItem<Text, Reference>]
    }

    private struct Place: Sendable {
        var kind: Text
        var name: Text
    }

    private static let spec = Shape<Spec>.object(
        Field.optional("object", place, "The object of this application; a Secret of the mapping's name."),
        Field.required(
            "values", values,
            "Names and what they stand for. In a Secret each is a key of its data, unless a text of stringData holds "
                + "${NAME}; in a File each stands where the content says ${NAME}.")
    ) { Spec(object: $0, values: $1) }

    private static let place = Shape<Place>.object(
        Field.optional(
            "kind", .choice([("Secret", "Secret"), ("File", "File")]), default: "Secret", "Secret or File."),
        Field.required("name", .text, "Its metadata.name.")
    ) { Place(kind: $0, name: $1) }

    private static let values = Shape<[KeyedItem<Text, Reference>]>.map(keys: name, of: reference, atLeast: 1)

    private static let name = Shape<Text>
        .text("a name of letters, digits, \"-\", \"_\" and \".\"", pattern: "^[A-Za-z0-9._-]{1,253}$") { text in
            let isName = text.utf8.allSatisfy { StorePath.isAlphanumeric($0) || "-_.".utf8.contains($0) }
            return isName && text.utf8.count <= 253 ? text : nil
        }

    private static let reference = Shape<Reference>.object(
        Field.required("store", .name(), "The SecretStore."),
        Field.required("path", .storePath, "The path in it."),
        Field.optional("key", .text, default: "value", "The key at that path; value, for stores that have no keys."),
        Field.optional("version", .integer(in: 1...Int64.max), "The version that is wanted; the newest when left out."),
        Field.optional("decode", .choice([("base64", true)]), default: false, "base64, where the store holds it so.")
    ) { Reference(store: $0, path: $1, key: $2, version: $3, isBase64: $4) }
}

extension SecretMapping.Reference {
    /// `vault:shop/database`, as in ``SecretAccess/place``.
    package var place: Text { "\(store.text):\(path)" }
}

extension SecretMapping {
    package static let schema = KindSchema(
        kind: kindName, apiVersion: apiVersion,
        summary: "Which values of stores are put into an object of the application when it is applied.",
        schema: shape.schema,
        example: """
            apiVersion: secrets.trimtab.dev/v1alpha1
            kind: SecretMapping
            metadata: {name: database}
            spec:
              object: {kind: Secret, name: database}
              values:
                password: {store: vault, path: shop/database, key: password}
                ca.crt: {store: vault, path: shop/tls, key: ca, version: 3}
            """)
}
