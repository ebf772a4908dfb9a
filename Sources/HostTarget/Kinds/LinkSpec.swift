// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Fleet
import Manifest

/// ```yaml
/// kind: Link
/// metadata: {name: enable-site}
/// spec:
///   path: /etc/nginx/sites-enabled/shop
///   target: ../sites-available/shop  # as it is to stand in the link
/// ```
struct LinkSpec: Sendable, Hashable {
    var path: HostPath
    var target: [UInt8]
}

extension LinkSpec {
    static let shape = Shape.object(
        Field.required("path", .hostPath, "Where the link lies: an absolute path."),
        Field.required(
            "target",
            Shape<Text>.string(meaning: "a path", pattern: "^.+").checked { text in
                text.isEmpty || text.utf8.count > 4095 || text.utf8.contains(0)
                    ? "must be a path of 1 to 4095 bytes without NUL" : nil
            }, "Where it points, relative or absolute, as it is to stand in the link.")
    ) { LinkSpec(path: $0, target: Array($1.utf8)) }
}
