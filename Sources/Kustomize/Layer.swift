// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// What a folder comes to: its objects, and what else those above it must know.
struct Layer {
    var set: ResourceSet
    var config = TransformerConfig()
    var variables: [Declaration.Variable] = []

    init(limit: Int) { set = ResourceSet(limit: limit) }

    /// Adds what a base came to.
    mutating func merge(_ base: Layer, at place: Place) throws(KustomizeError) {
        try set.append(contentsOf: base.set)
        config = try config.merging(base.config, at: place)
        for variable in base.variables { try add(variable) }
    }

    mutating func add(_ variable: Declaration.Variable) throws(KustomizeError) {
        if let first = variables.first(where: { $0.name == variable.name }) {
            throw KustomizeError(
                variable.place, "the var \(variable.name.quoted) is declared already, in \(first.place.file)",
                advice: "declare it once, in a base that both share or above them")
        }
        variables.append(variable)
    }

    /// Adds the vars of a kustomization, and notes at the objects which of them they are read by.
    mutating func declare(_ declared: [Declaration.Variable]) throws(KustomizeError) {
        for variable in declared {
            let target = variable.target
            let wanted = ResourceID(type: target.type, name: target.name, writtenNamespace: target.namespace)
            let anyNamespace = target.namespace.isEmpty && !wanted.isClusterScoped
            let found = set.items.indices.filter { index in
                ([set.items[index].id] + set.items[index].previousIDs).contains { id in
                    id.type == wanted.type && id.name == wanted.name
                        && (anyNamespace || id.namespace == wanted.namespace)
                }
            }
            guard found.count <= 1 else {
                throw KustomizeError(
                    variable.place, "the var \(variable.name.quoted) may mean any of \(found.count) objects",
                    advice: "give its objref a namespace")
            }
            try set.change(found) { (resource) throws(KustomizeError) in resource.variables.append(variable.name) }
            try add(variable)
        }
    }
}

extension Build {
    mutating func resolveVariables(in layer: inout Layer) throws(KustomizeError) {
        if layer.variables.isEmpty { return }
        var values: [Text: Value] = [:]
        for variable in layer.variables {
            try take(layer.set.items.count, at: variable.place)
            guard let object = layer.set.items.first(where: { $0.variables.contains(variable.name) }) else {
                throw KustomizeError(
                    variable.place, "the var \(variable.name.quoted) finds no object",
                    advice: "its objref must have the apiVersion, kind and name of one of the objects")
            }
            guard let value = ValuePath(variable: variable.fieldPath).value(in: object.value) else {
                throw KustomizeError(
                    variable.place, "the var \(variable.name.quoted): \(object.id) has no \(variable.fieldPath)")
            }
            values[variable.name] = FinalValue.of(value)
        }
        let expansion = VariableExpansion(values: values, limit: options.budget.file.bytes)
        try expansion.apply(layer.config.variableReferences, to: &layer.set, &context.allowance)
    }
}
