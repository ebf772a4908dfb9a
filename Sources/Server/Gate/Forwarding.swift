// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import HTTPTypes
import Hummingbird
import Manifest

/// Where a request comes from when proxies hand it on: as far as one that is trusted says so, and no further.
///
/// `X-Forwarded-For` is a list to whose end every proxy adds whom it was asked by. Its beginning is whatever the client
/// wrote. So it is read from the end, and the first address that is no trusted proxy's is the client's.
struct Forwarding: Sendable {
    /// Whose word counts; nobody's, unless the operator says so.
    let proxies: [AddressRange]

    private static let header = HTTPField.Name("x-forwarded-for")

    func client(of request: Request, from peer: IPAddress) -> IPAddress {
        guard isProxy(peer), let header = Self.header else { return peer }
        return client(named: request.headers[values: header], from: peer)
    }

    /// - Parameter lists: the values of the header, in the order in which they came: they are one list.
    func client(named lists: [String], from peer: IPAddress) -> IPAddress {
        var client = peer
        for list in lists.reversed() {
            for entry in list.utf8.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false).reversed() {
                // What is no address was not written by a proxy that does what it should: its own address stands for it.
                guard isProxy(client), let named = Self.address(entry) else { return client }
                client = named
            }
        }
        return client
    }

    private func isProxy(_ address: IPAddress) -> Bool { proxies.contains { $0.contains(address) } }

    /// Also with a port, as some proxies write it: `192.0.2.1:4711`, `[2001:db8::1]:4711`.
    private static func address(_ entry: Substring.UTF8View.SubSequence) -> IPAddress? {
        let isBlank: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x09 }
        let bytes = Array(entry.drop(while: isBlank).reversed().drop(while: isBlank).reversed())
        guard let text = Text(utf8: bytes) else { return nil }
        if let address = IPAddress(text) { return address }
        let isBracketed = bytes.first == UInt8(ascii: "[")
        if isBracketed, bytes.last == UInt8(ascii: "]") {
            return Text(utf8: bytes.dropFirst().dropLast()).flatMap { IPAddress($0) }
        }
        return NetworkAddress(parsing: text).flatMap { IPAddress($0.host) }
    }
}
