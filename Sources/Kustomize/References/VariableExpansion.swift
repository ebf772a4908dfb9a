// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// Puts the values of vars in place of `$(NAME)`, as Kubernetes does in commands: `$$` is a dollar, a name that is not
/// known stays as it is.
struct VariableExpansion {
    let values: [Text: Value]
    /// Bytes that a text may come to.
    let limit: Int

    /// The text with its vars replaced; a text that is one var becomes its value, whatever that is.
    func expand(_ text: Text) throws(WalkFailure) -> Value {
        let bytes = Array(text.utf8)
        guard bytes.contains(UInt8(ascii: "$")) else { return .string(text) }
        var output: [UInt8] = []
        var index = 0
        while index < bytes.count {
            guard output.count <= limit else {
                throw WalkFailure(reason: "with its vars a text has more than \(limit) bytes", isBudget: true)
            }
            guard bytes[index] == UInt8(ascii: "$"), index + 1 < bytes.count else {
                output.append(bytes[index])
                index += 1
                continue
            }
            switch bytes[index + 1] {
            case UInt8(ascii: "$"):
                output.append(UInt8(ascii: "$"))
                index += 2
            case UInt8(ascii: "("):
                guard let end = bytes[(index + 2)...].firstIndex(of: UInt8(ascii: ")")) else {
                    output += [UInt8(ascii: "$"), UInt8(ascii: "(")]
                    index += 2
                    continue
                }
                let name = Text(String(decoding: bytes[(index + 2)..<end], as: UTF8.self))
                if let value = values[name] {
                    if index == 0, end == bytes.count - 1 { return value }
                    output += Array((value.scalarText ?? "").utf8)
                } else {
                    output += bytes[index...end]
                }
                index = end + 1
            default:
                output += bytes[index...(index + 1)]
                index += 2
            }
        }
        return .string(Text(String(decoding: output, as: UTF8.self)))
    }

    func apply(
        _ specs: [FieldSpec], to set: inout ResourceSet, _ allowance: inout Allowance
    ) throws(KustomizeError) {
        try set.changeContents { (resource) throws(KustomizeError) in
            for spec in specs {
                try resource.change(spec, creating: .nothing, by: "vars", &allowance, isMeasured: true) {
                    (value) throws(WalkFailure) in
                    try expand(in: &value)
                }
            }
        }
        try set.settle()
    }

    private func expand(in value: inout Value) throws(WalkFailure) {
        switch value {
        case .string(let text): value = try expand(text)
        case .object:
            _ = try value.editObject { (object) throws(WalkFailure) in
                for index in object.pairs.indices {
                    if case .string(let text) = object.pairs[index].value {
                        object[at: index] = try expand(text)
                    }
                }
            }
        case .array:
            _ = try value.editArray { (items) throws(WalkFailure) in
                for index in items.indices {
                    guard case .string(let text) = items[index] else {
                        throw WalkFailure(reason: "the list holds \(items[index].kindInWords), not only texts")
                    }
                    items[index] = try expand(text)
                }
            }
        default: break
        }
    }
}
