// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import NIOHTTP1

extension HTTPHeaders {
    /// `Retry-After` in seconds; Kubernetes sends no dates.
    var retryAfter: Duration? {
        first(name: "retry-after").flatMap { Int64($0) }.flatMap { (0...86_400).contains($0) ? .seconds($0) : nil }
    }

    /// `Warning: 299 - "text"` (RFC 7234, as Kubernetes sends it).
    var warnings: [Text] {
        self["warning"].prefix(20).compactMap { line in
            guard let open = line.firstIndex(of: "\""), let close = line.lastIndex(of: "\""), open < close else {
                return nil
            }
            let quoted = line[line.index(after: open)..<close]
            return Text(String(quoted.prefix(1000)).replacing("\\\"", with: "\""))
        }
    }
}
