// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

extension KubernetesLimits {
    /// Why a project may not touch an object, in words that name what it wanted; `nil` when it may.
    ///
    /// - Parameter isNamespaced: whether objects of its kind lie in namespaces, as the server says.
    package func refusal(of object: ObjectID, isNamespaced: Bool) -> String? {
        if isNamespaced {
            guard !object.namespace.isEmpty else {
                return "names no namespace: set it, or namespace in the application's spec"
            }
            return refusal(ofNamespace: object.namespace)
        }
        guard Self.names(clusterKinds, object) else {
            return "the project does not allow the kind \(quoted(object.kind)), which lies in no namespace"
        }
        let isNamespace = object.group.isEmpty && object.kind == "Namespace"
        return isNamespace ? refusal(ofNamespace: object.name) : nil
    }

    /// Whether a list of kinds names the kind of an object: alone, with its group, or by `*`.
    package static func names(_ kinds: [Text], _ object: ObjectID) -> Bool {
        let full = Text("\(object.kind).\(object.group)")
        return kinds.contains { $0 == "*" || $0 == object.kind || $0 == full }
    }

    package func refusal(ofNamespace name: Text) -> String? {
        namespaces.contains { $0 == "*" || $0 == name }
            ? nil : "the project does not allow the namespace \(quoted(name))"
    }
}

extension KubernetesLimits.Identity {
    /// The user that requests are made as; `nil` for one that nobody may be: an empty one, or one of the system itself
    /// that is no service account.
    package var userName: Text? {
        switch self {
        case .serviceAccount(let account):
            let parts = account.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
            guard parts.count == 2, let namespace = Text(utf8: parts[0]), let name = Text(utf8: parts[1]),
                !namespace.isEmpty, !name.isEmpty
            else { return nil }
            return "system:serviceaccount:\(namespace):\(name)"
        case .user(let user):
            return user.isEmpty || user.utf8.starts(with: "system:".utf8) ? nil : user
        }
    }
}
