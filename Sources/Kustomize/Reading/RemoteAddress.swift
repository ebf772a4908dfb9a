// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// Tells addresses of other repositories from paths.
enum RemoteAddress {
    /// Whether a text can be nothing but an address.
    static func isCertain(_ text: Text) -> Bool {
        let string = text.string
        return string.contains("://") || string.hasPrefix("git@") || string.hasPrefix("git::")
    }

    /// Whether a text that names nothing in the tree may be meant as an address.
    static func isLikely(_ text: Text) -> Bool {
        let string = text.string
        if isCertain(text) || string.contains("?ref=") || string.contains("?version=") { return true }
        return ["github.com/", "github.com:", "gitlab.com/", "bitbucket.org/"].contains { string.hasPrefix($0) }
            || string.dropFirst().contains("//") && string.contains(".git")
    }
}
