// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// A host, or one of its addresses, and a port.
package struct NetworkAddress: Sendable, Hashable, CustomStringConvertible {
    package var host: Text
    /// 0: any that is free.
    package var port: Int

    package init(host: Text, port: Int) {
        self.host = host
        self.port = port
    }

    /// `HOST:PORT`, `[ADDRESS]:PORT`, or `:PORT` for all addresses.
    package init?(parsing text: Text) {
        let bytes = Array(text.utf8)
        guard let colon = bytes.lastIndex(of: UInt8(ascii: ":")),
            let port = Int(String(decoding: bytes[(colon + 1)...], as: UTF8.self)), (0...65535).contains(port),
            bytes[(colon + 1)...].allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else { return nil }
        var host = bytes[..<colon]
        if host.first == UInt8(ascii: "["), host.last == UInt8(ascii: "]") {
            host = host.dropFirst().dropLast()
        } else if host.contains(UInt8(ascii: ":")) {
            return nil
        }
        guard let name = Text(utf8: host) else { return nil }
        self.init(host: name.isEmpty ? "::" : name, port: port)
    }

    /// Whether nobody but this machine can connect.
    package var isLoopback: Bool {
        if host == "localhost" || host == "::1" { return true }
        let parts = host.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0].elementsEqual("127".utf8)
            && parts.allSatisfy { UInt8(String(decoding: $0, as: UTF8.self)) != nil }
    }

    package var description: String { host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
