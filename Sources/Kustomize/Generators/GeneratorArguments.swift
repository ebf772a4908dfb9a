// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// One entry of `configMapGenerator` or `secretGenerator`.
struct GeneratorArguments {
    enum Kind: Text {
        case configMap = "ConfigMap"
        case secret = "Secret"
    }

    var kind: Kind
    var name: Text
    var namespace: Text
    var behavior: Resource.Behavior
    /// Of a secret.
    var type: Text
    var literals: [Field]
    var files: [Field]
    var envs: [Field]
    var options: GeneratorOptions
    var place: Place

    static let fieldNames = [
        "name", "namespace", "behavior", "literals", "files", "envs", "env", "options", "type",
    ]

    init(_ item: Field, kind: Kind, shared: GeneratorOptions?) throws(KustomizeError) {
        try self.init(
            try item.fields(
                Self.fieldNames.filter { $0 != "type" || kind == .secret }, of: "a generator of a \(kind.rawValue)"),
            kind: kind, shared: shared)
    }

    init(_ fields: Fields, kind: Kind, shared: GeneratorOptions?) throws(KustomizeError) {
        self.kind = kind
        place = fields.all.place
        name = try fields.text("name")
        guard !name.isEmpty else { throw fields.all.error("a generator of a \(kind.rawValue) needs a name") }
        namespace = try fields.text("namespace")
        behavior = Resource.Behavior(rawValue: try fields.text("behavior")) ?? .create
        type = try fields.text("type")
        literals = try fields.items("literals")
        files = try fields.items("files")
        envs = try fields.items("envs")
        if let env = fields["env"] { envs.append(env) }
        for item in literals + files + envs { _ = try item.text() }
        let own = try fields["options"].map { (field) throws(KustomizeError) in try GeneratorOptions(field) }
        options = (own ?? GeneratorOptions()).completed(by: shared)
    }
}

/// `generatorOptions`, or the `options` of one generator.
struct GeneratorOptions {
    var labels: [(key: Text, value: Text)] = []
    var annotations: [(key: Text, value: Text)] = []
    var disablesHash = false
    var immutable = false

    init() {}

    init(_ field: Field) throws(KustomizeError) {
        let fields = try field.fields(
            ["labels", "annotations", "disableNameSuffixHash", "immutable"], of: "generatorOptions")
        labels = try fields.textMap("labels")
        annotations = try fields.textMap("annotations")
        disablesHash = try fields.bool("disableNameSuffixHash")
        immutable = try fields.bool("immutable")
    }

    /// What is said for all generators holds where a generator says nothing itself.
    func completed(by shared: GeneratorOptions?) -> GeneratorOptions {
        guard let shared else { return self }
        var all = self
        for pair in shared.labels where !labels.contains(where: { $0.key == pair.key }) { all.labels.append(pair) }
        for pair in shared.annotations where !annotations.contains(where: { $0.key == pair.key }) {
            all.annotations.append(pair)
        }
        all.disablesHash = disablesHash || shared.disablesHash
        all.immutable = immutable || shared.immutable
        return all
    }
}
