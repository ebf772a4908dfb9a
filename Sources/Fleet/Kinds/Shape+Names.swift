// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
package import Model

extension Shape {
    /// The name of a fleet, project, application, target or source.
    package static func name<Noun>() -> Shape where Output == Name<Noun> {
        Shape<Text>.text(
            "a name: 1 to 63 lower-case letters, digits and \"-\", beginning and ending with a letter or digit",
            pattern: "^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$"
        ) { Name($0) }
    }
}

extension Shape where Output == TreePath {
    /// A path inside a repository: relative, without `..`; `.` is the root.
    package static var treePath: Shape {
        Shape<Text>.text(
            "a path inside the repository, relative and without \"..\"",
            pattern: #"^(?!/)(?!(.*/)?\.\.(/|$))\#(StringRule.character)+$"#
        ) { TreePath($0) }
    }
}
