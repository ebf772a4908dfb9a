// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Glibc
package import NIOPosix

/// Finds the addresses of a host, and refuses those where no repository may lie. What was checked is what `git` is then
/// told to connect to, so that a name cannot mean another address a moment later.
package struct Resolver: Sendable {
    /// Names and service names to addresses; the system's resolver, unless a test says otherwise. Blocks.
    var lookUp: @Sendable (_ host: String) throws(SourceFailure.LookUp) -> [NetworkAddress]
    var threads: NIOThreadPool

    package static func system(threads: NIOThreadPool) -> Resolver {
        Resolver(lookUp: systemLookUp, threads: threads)
    }

    /// The addresses to connect to, in the resolver's order; empty for a local path.
    package func resolve(_ address: RepositoryAddress) async throws(SourceFailure) -> [NetworkAddress] {
        guard !address.host.isEmpty else { return [] }
        let found: [NetworkAddress]
        do {
            found = try await threads.runIfActive { [lookUp] in try lookUp(address.host) }
        } catch {
            throw .unreachable(address, reason: "\(error)")
        }
        guard !found.isEmpty else { throw .unreachable(address, reason: "the host has no address") }
        if let forbidden = found.first(where: \.isForbidden) {
            throw .notAllowed(address, reason: "\(address.host) is \(forbidden.text), an address of the local link")
        }
        return found
    }
}

extension SourceFailure {
    struct LookUp: Error, CustomStringConvertible {
        var description: String
    }
}

private let systemLookUp: @Sendable (String) throws(SourceFailure.LookUp) -> [NetworkAddress] = {
    host throws(SourceFailure.LookUp) in
    var hints = addrinfo()
    hints.ai_family = AF_UNSPEC
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var first: UnsafeMutablePointer<addrinfo>?
    let code = getaddrinfo(host, nil, &hints, &first)
    guard code == 0 else {
        throw SourceFailure.LookUp(description: String(cString: gai_strerror(code)))
    }
    defer { freeaddrinfo(first) }
    var found: [NetworkAddress] = []
    var next = first
    while let info = next?.pointee {
        if let address = NetworkAddress(info), !found.contains(address) { found.append(address) }
        next = info.ai_next
    }
    return found
}

extension NetworkAddress {
    fileprivate init?(_ info: addrinfo) {
        guard let address = info.ai_addr else { return nil }
        switch info.ai_family {
        case AF_INET:
            self.init(
                address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                    withUnsafeBytes(of: $0.pointee.sin_addr) { Array($0) }
                }, family: AF_INET)
        case AF_INET6:
            self.init(
                address.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) {
                    withUnsafeBytes(of: $0.pointee.sin6_addr) { Array($0) }
                }, family: AF_INET6)
        default: return nil
        }
    }

    private init?(_ bytes: [UInt8], family: Int32) {
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        guard inet_ntop(family, bytes, &text, socklen_t(text.count)) != nil else { return nil }
        self.bytes = bytes
        self.text = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
