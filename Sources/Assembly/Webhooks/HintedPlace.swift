// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import GitSource
import Manifest

/// A repository, whichever of its addresses is written: by host and path, without the way that leads there.
///
/// Two that are taken for one cost a look too many, so case counts nowhere.
struct HintedPlace: Hashable, Sendable {
    private let host: String
    private let path: String

    init(_ address: RepositoryAddress) {
        host = address.host
        var bytes = address.path.utf8.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }[...]
        while bytes.first == UInt8(ascii: "/") { bytes.removeFirst() }
        while bytes.last == UInt8(ascii: "/") { bytes.removeLast() }
        if bytes.count > 4, bytes.suffix(4).elementsEqual(".git".utf8) { bytes.removeLast(4) }
        path = String(decoding: bytes, as: UTF8.self)
    }

    /// `nil` for what is no address.
    init?(parsing text: Text) {
        guard let address = try? RepositoryAddress(parsing: text) else { return nil }
        self.init(address)
    }
}
