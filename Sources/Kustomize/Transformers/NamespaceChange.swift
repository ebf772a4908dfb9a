// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// `namespace`: puts every object that can have a namespace into one.
struct NamespaceChange {
    /// Whose subjects of role bindings are moved along.
    enum Subjects: Text {
        case defaultOnly
        case allServiceAccounts
        case none
    }

    var namespace: Text
    var specs: [FieldSpec]
    /// Only objects that have no namespace yet.
    var unsetOnly = false
    var subjects = Subjects.defaultOnly

    func apply(to set: inout ResourceSet, _ allowance: inout Allowance) throws(KustomizeError) {
        guard !namespace.isEmpty else { return }
        try set.changeEach { (resource) throws(KustomizeError) in
            resource.rememberID()
            if !resource.type.isClusterScoped, !unsetOnly || resource.namespace.isEmpty {
                resource.setNamespace(namespace)
            }
            let isBinding = resource.kind == "RoleBinding" || resource.kind == "ClusterRoleBinding"
            if isBinding { try bind(&resource, &allowance) }
            for spec in specs where spec.path != "metadata/namespace" && !(isBinding && spec.path == "subjects") {
                try resource.change(spec, creating: .scalar, by: "namespace", &allowance) {
                    (value) throws(WalkFailure) in
                    guard value.scalarText != nil else { throw WalkFailure(reason: "it is \(value.kindInWords)") }
                    if !unsetOnly || value.scalarText?.isEmpty == true { value = .string(namespace) }
                }
            }
        }
    }

    private func bind(_ binding: inout Resource, _ allowance: inout Allowance) throws(KustomizeError) {
        if subjects == .none { return }
        let spec = FieldSpec("subjects")
        try binding.change(spec, creating: .nothing, by: "namespace", &allowance) { (value) throws(WalkFailure) in
            if value.isNull { return }
            guard value.arrayValue != nil else { throw WalkFailure(reason: "it is \(value.kindInWords), not a list") }
            _ = value.editArray { items in
                for index in items.indices {
                    let isMeant =
                        subjects == .defaultOnly
                        ? items[index]["name"]?.scalarText == "default"
                        : items[index]["kind"]?.scalarText == "ServiceAccount"
                    guard isMeant else { continue }
                    _ = items[index].editObject { subject in
                        let old = subject["namespace"]?.scalarText ?? ""
                        if !unsetOnly || old.isEmpty { subject["namespace"] = .string(namespace) }
                    }
                }
            }
        }
    }
}
