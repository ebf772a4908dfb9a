// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Fleet
import Manifest

/// ```yaml
/// kind: Directory
/// metadata: {name: conf-d}
/// spec:
///   path: /etc/nginx/conf.d
///   mode: "0755"                     # the default
///   exclusive: true                  # what no object declares does not belong here
/// ```
struct DirectorySpec: Sendable, Hashable {
    var path: HostPath
    var owner: Account?
    var group: Account?
    var mode: UInt32
    var exclusive: Exclusive?

    struct Exclusive: Sendable, Hashable {
        /// Foreign entries that one sync may remove.
        var atMost: Int64
    }
}

extension DirectorySpec {
    static let shape = Shape.object(
        Field.required("path", .hostPath, "Where the folder lies: an absolute path."),
        Field.optional("owner", .account, "A user's name or number; root by default where Trimtab runs as root."),
        Field.optional("group", .account, "A group's name or number; root by default where Trimtab runs as root."),
        Field.optional("mode", .mode(.folder), default: 0o755, "Permissions such as \"0755\", the default."),
        Field.optional(
            "exclusive", Exclusive.shape, default: nil,
            "Removes what no object declares: true, or how many entries one sync may remove at most (5).")
    ) { DirectorySpec(path: $0, owner: $1, group: $2, mode: $3, exclusive: $4) }
}

extension DirectorySpec.Exclusive {
    static let shape: Shape<DirectorySpec.Exclusive?> = {
        let detailed = Shape<Int64>.object(Field.required("atMost", .integer(in: 0...100_000))) { $0 }
        return Shape<Value>.any.parsed { value -> Parsed<DirectorySpec.Exclusive?> in
            switch value {
            case .bool(let isExclusive): return .value(isExclusive ? DirectorySpec.Exclusive(atMost: 5) : nil)
            case .object(let object) where object.keys == ["atMost"]:
                guard let limit = value["atMost"]?.intValue, (0...100_000).contains(limit) else {
                    return .refused("must be true, false or {atMost: 20}")
                }
                return .value(DirectorySpec.Exclusive(atMost: limit))
            default: return .refused("must be true, false or {atMost: 20}")
            }
        }.described(as: .either([.boolean, detailed.schema]))
    }()
}
