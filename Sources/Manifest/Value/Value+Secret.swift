// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

extension Value {
    /// Whether some leaf is a secret.
    package var holdsSecret: Bool {
        switch self {
        case .secret: true
        case .array(let items): items.contains(where: \.holdsSecret)
        case .object(let object): object.pairs.contains { $0.value.holdsSecret }
        case .null, .bool, .number, .string: false
        }
    }

    /// The annotation in which `kubectl apply` keeps a copy of the whole object, secrets included.
    package static let kubectlCopy: Text = "kubectl.kubernetes.io/last-applied-configuration"
}
