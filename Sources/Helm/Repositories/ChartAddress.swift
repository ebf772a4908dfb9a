// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation

/// The address of a file in a chart repository: `http` or `https`, without a password in it.
package struct ChartAddress: Sendable, Hashable {
    private let url: URL

    package init?(_ text: String) {
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }), let url = URL(string: text),
            let scheme = url.scheme?.lowercased(), scheme == "http" || scheme == "https",
            let host = url.host(), !host.isEmpty, url.user() == nil, url.password() == nil
        else { return nil }
        self.url = url
    }

    package var text: String { url.absoluteString }
    package var host: String { url.host() ?? "" }

    /// Scheme, host and port, without a slash at the end.
    package var origin: String {
        let name = host.contains(":") && !host.hasPrefix("[") ? "[\(host)]" : host
        return "\(url.scheme ?? "https")://\(name)" + (url.port.map { ":\($0)" } ?? "")
    }

    var isEncrypted: Bool { url.scheme?.lowercased() == "https" }

    /// A file directly below this address, which is a folder's.
    func appending(_ name: String) -> ChartAddress? {
        let base = text.hasSuffix("/") ? text : text + "/"
        return ChartAddress(base + name)
    }

    /// What a reference means here: an address, or a path relative to the folder. `nil` for what is neither, and for
    /// what would give up encryption.
    func resolving(_ reference: String) -> ChartAddress? {
        let base = URL(string: text.hasSuffix("/") ? text : text + "/")
        guard let resolved = URL(string: reference, relativeTo: base)?.absoluteString,
            let address = ChartAddress(resolved), address.isEncrypted || !isEncrypted
        else { return nil }
        return address
    }

    /// The same for a redirect, which is relative to the file.
    package func redirected(to reference: String) -> ChartAddress? {
        guard let resolved = URL(string: reference, relativeTo: url)?.absoluteString,
            let address = ChartAddress(resolved), address.isEncrypted || !isEncrypted
        else { return nil }
        return address
    }
}
