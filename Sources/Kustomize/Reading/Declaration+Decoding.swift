// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

extension Declaration {
    private static let fieldNames = [
        "apiVersion", "kind", "metadata", "openapi", "namePrefix", "nameSuffix", "namespace", "commonLabels", "labels",
        "commonAnnotations", "patchesStrategicMerge", "patchesJson6902", "patches", "images", "imageTags",
        "replacements", "replicas", "vars", "sortOptions", "resources", "components", "crds", "bases",
        "configMapGenerator", "secretGenerator", "helmGlobals", "helmCharts", "helmChartInflationGenerator",
        "generatorOptions", "configurations", "generators", "transformers", "validators", "buildMetadata",
    ]

    init(_ root: Field) throws(KustomizeError) {
        place = Place(file: root.source.file)
        source = root.source
        let fields = try root.fields(Self.fieldNames, of: "a kustomization")
        try readKind(fields)
        resources = try fields.items("resources") + fields.items("bases")
        components = try fields.items("components")
        crds = try fields.items("crds")
        configurations = try fields.items("configurations")
        generators = try fields.items("generators")
        transformers = try fields.items("transformers")
        validators = try fields.items("validators")
        for list in [resources, components, crds, configurations, generators, transformers, validators] {
            for item in list { _ = try item.text() }
        }
        namespace = fields["namespace"]
        if let namespace, try namespace.text().isEmpty { self.namespace = nil }
        namePrefix = try fields.text("namePrefix")
        nameSuffix = try fields.text("nameSuffix")
        commonLabels = try fields.textMap("commonLabels")
        commonAnnotations = try fields.textMap("commonAnnotations")
        for item in try fields.items("labels") { labels.append(try Self.labels(item)) }
        strategicPatches = try fields.items("patchesStrategicMerge")
        for item in strategicPatches { _ = try item.text() }
        for item in try fields.items("patchesJson6902") { jsonPatches.append(try Patch(item)) }
        for item in try fields.items("patches") { patches.append(try Patch(item)) }
        for item in try fields.items("images") + fields.items("imageTags") { images.append(try ImageChange(item)) }
        for item in try fields.items("replicas") { replicas.append(try ReplicaChange(item)) }
        replacements = try fields.items("replacements")
        for item in try fields.items("vars") { variables.append(try Variable(item)) }
        sorting = try fields["sortOptions"].map { (field) throws(KustomizeError) in try SortOptions(field) }
        try readGenerators(fields)
        openAPI = try fields["openapi"].map { (field) throws(KustomizeError) in
            try field.fields(["path", "version"], of: "openapi")
        }
        metadata = try BuildMetadata(fields.items("buildMetadata"))
        charts = try fields.items("helmCharts") + fields.items("helmChartInflationGenerator")
        chartGlobals = fields["helmGlobals"]
    }

    private mutating func readKind(_ fields: Fields) throws(KustomizeError) {
        let name = try fields.text("kind")
        switch name {
        case "", "Kustomization": kind = .kustomization
        case "Component": kind = .component
        default:
            throw (fields["kind"] ?? fields.all).error(
                "the kind of a kustomization is Kustomization or Component, not \(name.quoted)")
        }
        let version = try fields.text("apiVersion")
        let wanted: Text =
            kind == .component ? "kustomize.config.k8s.io/v1alpha1" : "kustomize.config.k8s.io/v1beta1"
        guard version.isEmpty || version == wanted else {
            throw (fields["apiVersion"] ?? fields.all).error(
                "the apiVersion of a \(kind == .component ? "Component" : "Kustomization") must be \(wanted), not"
                    + " \(version.quoted)",
                advice: "write \(wanted), or leave it out")
        }
    }

    private mutating func readGenerators(_ fields: Fields) throws(KustomizeError) {
        let shared = try fields["generatorOptions"].map { (field) throws(KustomizeError) in
            try GeneratorOptions(field)
        }
        for item in try fields.items("configMapGenerator") {
            configMaps.append(try GeneratorArguments(item, kind: .configMap, shared: shared))
        }
        for item in try fields.items("secretGenerator") {
            secrets.append(try GeneratorArguments(item, kind: .secret, shared: shared))
        }
    }

    static func labels(_ item: Field) throws(KustomizeError) -> Labels {
        let fields = try item.fields(["pairs", "includeSelectors", "includeTemplates", "fields"], of: "a label")
        var specs: [FieldSpec] = []
        for spec in try fields.items("fields") { specs.append(try FieldSpec(spec)) }
        return Labels(
            pairs: try fields.textMap("pairs"), includesSelectors: try fields.bool("includeSelectors"),
            includesTemplates: try fields.bool("includeTemplates"), fieldSpecs: specs)
    }
}

extension Declaration.Patch {
    init(_ item: Field) throws(KustomizeError) {
        let fields = try item.fields(["path", "patch", "target", "options"], of: "a patch")
        try self.init(fields, text: "patch")
    }

    /// - Parameter text: the name of the field that holds a patch as a text.
    init(_ fields: Fields, text: String) throws(KustomizeError) {
        path = fields["path"]
        self.text = fields[text]
        target = fields["target"]
        place = fields.all.place
        for (key, value) in fields["options"]?.value.objectValue?.pairs ?? [] {
            if key == "allowNameChange" { allowsNameChange = value == .bool(true) }
            if key == "allowKindChange" { allowsKindChange = value == .bool(true) }
        }
        let hasText = try self.text?.text().isBlank == false
        let hasPath = try path?.text().isEmpty == false
        guard hasText != hasPath else {
            throw fields.all.error(
                hasText ? "a patch has both path and \(text)" : "a patch needs path or \(text)",
                advice: "name a file by path, or write the patch itself under \(text)")
        }
        if !hasText { self.text = nil }
        if !hasPath { path = nil }
    }
}

extension Declaration.Variable {
    init(_ item: Field) throws(KustomizeError) {
        let fields = try item.fields(["name", "objref", "fieldref"], of: "a var")
        name = try fields.text("name")
        guard !name.isEmpty else { throw item.error("a var needs a name") }
        guard let reference = fields["objref"] else { throw item.error("the var \(name.quoted) needs an objref") }
        let parts = try reference.fields(
            ["apiVersion", "group", "version", "kind", "name", "namespace"], of: "an objref")
        let (group, version) = GroupVersionKind.split(apiVersion: try parts.text("apiVersion"))
        let explicitGroup = try parts.text("group")
        let explicitVersion = try parts.text("version")
        target = ResourceSelector.Identity(
            group: explicitGroup.isEmpty ? group : explicitGroup,
            version: explicitVersion.isEmpty ? version : explicitVersion, kind: try parts.text("kind"),
            namespace: try parts.text("namespace"), name: try parts.text("name"))
        let fieldReference = try fields["fieldref"].map { (field) throws(KustomizeError) in
            try field.fields(["fieldPath"], of: "a fieldref")
        }
        let written = try fieldReference?.text("fieldPath") ?? ""
        fieldPath = written.isEmpty ? "metadata.name" : written
        place = item.place
    }
}

extension BuildMetadata {
    init(_ items: [Field]) throws(KustomizeError) {
        for item in items {
            switch try item.text() {
            case "originAnnotations": origins = true
            case "transformerAnnotations": transformers = true
            case "managedByLabel": managedBy = true
            case let other:
                throw item.error(
                    "buildMetadata knows no \(other.quoted)",
                    advice: "known are originAnnotations, transformerAnnotations, managedByLabel")
            }
        }
    }
}

extension Text {
    var isBlank: Bool { utf8.allSatisfy { $0 == UInt8(ascii: " ") || (9...13).contains($0) } }
}
