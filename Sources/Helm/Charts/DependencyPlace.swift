// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model

/// What the `repository` of a dependency says.
enum DependencyPlace: Sendable, Hashable {
    /// It lies in the chart's own `charts`.
    case within
    /// `file://../common`, relative to the chart.
    case folder(RelativePath)
    case repository(Text)
    case registry
    /// `@name` or `alias:name`: what `helm repo add` has noted on some machine.
    case alias
    case unknown

    init(_ repository: Text) {
        let text = repository.string
        if text.isEmpty {
            self = .within
        } else if text.hasPrefix("file://") {
            self = .folder(RelativePath(bytes: Array(text.utf8.dropFirst(7))))
        } else if text.hasPrefix("https://") || text.hasPrefix("http://") {
            self = .repository(repository)
        } else if text.hasPrefix("oci://") {
            self = .registry
        } else if text.hasPrefix("@") || text.hasPrefix("alias:") {
            self = .alias
        } else {
            self = .unknown
        }
    }
}

/// A path that may begin with steps upwards.
struct RelativePath: Sendable, Hashable {
    var bytes: [UInt8]

    /// Where it leads from a folder of the source; `nil` when it is absolute or leaves the source.
    func resolved(from folder: TreePath) -> TreePath? {
        guard bytes.first != UInt8(ascii: "/") else { return nil }
        var path = folder
        for part in bytes.split(separator: UInt8(ascii: "/")) where !part.elementsEqual(".".utf8) {
            guard let next = part.elementsEqual("..".utf8) ? path.parent : path.appending(part) else { return nil }
            path = next
        }
        return path
    }
}
