// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// A file that pages need. Its name holds a hash of what is in it, so that a browser may keep it for ever.
package struct Asset: Sendable {
    package let name: Text
    package let type: Text
    package let bytes: [UInt8]

    private init(_ stem: String, _ suffix: String, _ type: Text, _ bytes: [UInt8]) {
        name = Text("\(stem)-\(Digest(of: bytes).short).\(suffix)")
        self.type = type
        self.bytes = bytes
    }

    package var link: Link { Link("assets", name) }

    package static let stylesheet = Asset(
        "trimtab", "css", "text/css; charset=utf-8", PackageResources.trimtab_css)
    package static let script = Asset(
        "trimtab", "js", "text/javascript; charset=utf-8", PackageResources.trimtab_js)
    package static let icon = Asset("trimtab", "svg", "image/svg+xml", PackageResources.trimtab_svg)

    package static let all = [stylesheet, script, icon]

    /// `nil` when there is none of that name, or none any more.
    package static func named(_ name: Text) -> Asset? { all.first { $0.name == name } }
}
