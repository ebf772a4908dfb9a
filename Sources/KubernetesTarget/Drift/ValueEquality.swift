// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// Whether a live value is the declared one, in the spelling of the server.
enum ValueEquality {
    static func areEqual(_ desired: Value, _ live: Value, at path: FieldPath) -> Bool {
        switch (desired, live) {
        case (.secret(let secret), .string(let text)): return secret.withExposed { $0 == text }
        default: break
        }
        if desired == live { return true }
        guard isQuantity(path), let wanted = Quantity(desired), let found = Quantity(live) else { return false }
        return wanted == found
    }

    /// Whether a field holds an amount, which the server writes in its own way: `1000m` as `1`.
    private static func isQuantity(_ path: FieldPath) -> Bool {
        // Texts of configuration may look like amounts and are none.
        if case .key(let root)? = path.steps.first, ["data", "stringData", "binaryData", "metadata"].contains(root) {
            return false
        }
        let keys = path.steps.compactMap { step -> Text? in if case .key(let key) = step { key } else { nil } }
        guard let last = keys.last else { return false }
        return ["sizeLimit", "averageValue", "divisor", "targetAverageValue", "podFixed"].contains(last)
            || last == "value" && keys.contains("target")
            || keys.dropLast().contains { holders.contains($0) }
    }

    private static let holders: Set<Text> = [
        "limits", "requests", "capacity", "hard", "overhead", "default", "defaultRequest", "max", "min",
        "maxLimitRequestRatio",
    ]
}
