// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// A kustomization or component as its file declares it.
struct Declaration {
    enum Kind {
        case kustomization, component
    }

    /// A patch in any of its forms.
    struct Patch {
        var path: Field?
        var text: Field?
        var target: Field?
        var allowsNameChange = false
        var allowsKindChange = false
        var place: Place
    }

    struct Labels {
        var pairs: [(key: Text, value: Text)]
        var includesSelectors: Bool
        var includesTemplates: Bool
        var fieldSpecs: [FieldSpec]
    }

    struct Variable {
        var name: Text
        var target: ResourceSelector.Identity
        var fieldPath: Text
        var place: Place
    }

    let place: Place
    let source: FieldSource
    var kind = Kind.kustomization
    var resources: [Field] = []
    var components: [Field] = []
    var namespace: Field?
    var namePrefix: Text = ""
    var nameSuffix: Text = ""
    var commonLabels: [(key: Text, value: Text)] = []
    var labels: [Labels] = []
    var commonAnnotations: [(key: Text, value: Text)] = []
    var strategicPatches: [Field] = []
    var jsonPatches: [Patch] = []
    var patches: [Patch] = []
    var images: [ImageChange] = []
    var replicas: [ReplicaChange] = []
    var replacements: [Field] = []
    var variables: [Variable] = []
    var sorting: SortOptions?
    var crds: [Field] = []
    var configurations: [Field] = []
    var configMaps: [GeneratorArguments] = []
    var secrets: [GeneratorArguments] = []
    var generators: [Field] = []
    var transformers: [Field] = []
    var validators: [Field] = []
    var metadata = BuildMetadata()
    var openAPI: Fields?
    var charts: [Field] = []
    var chartGlobals: Field?
}

/// `buildMetadata`: what a build writes into its objects about itself.
struct BuildMetadata: Equatable {
    var origins = false
    var transformers = false
    var managedBy = false

    /// Whether anything must be kept track of.
    var isNeeded: Bool { origins || transformers }
}
