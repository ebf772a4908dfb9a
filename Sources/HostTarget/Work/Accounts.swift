// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import CLinux
import Glibc
import Manifest
import Synchronization

/// Users and groups of the target, by name.
///
/// The root's own `/etc/passwd` and `/etc/group` decide, read again when they change; on the machine itself the
/// system is asked for what they do not name (LDAP and the like).
final class Accounts: Sendable {
    private enum Table: Sendable, Hashable, CaseIterable {
        case users, groups

        var name: [UInt8] { Array((self == .users ? "passwd" : "group").utf8) }
    }

    private struct Entries: Sendable {
        var stamp: Metadata
        var ids: [Text: UInt32]
    }

    private let root: Root
    private let tables = Mutex<[Table: Entries]>([:])

    init(root: Root) { self.root = root }

    func user(_ account: Account) throws(HostFault) -> UInt32 { try id(account, in: .users) }
    func group(_ account: Account) throws(HostFault) -> UInt32 { try id(account, in: .groups) }

    private func id(_ account: Account, in table: Table) throws(HostFault) -> UInt32 {
        switch account {
        case .id(let id): return id
        case .name(let name):
            if let id = try entries(of: table)[name] { return id }
            if let id = Self.systemID(name, in: table) { return id }
            throw HostFault("there is no \(table == .users ? "user" : "group") \(name) on this host")
        }
    }

    private static func systemID(_ name: Text, in table: Table) -> UInt32? {
        var id: UInt32 = 0
        let result = withCString(Array(name.utf8)) { name in
            table == .users ? clinux_user_id(name, &id) : clinux_group_id(name, &id)
        }
        return result == 0 ? id : nil
    }

    private func entries(of table: Table) throws(HostFault) -> [Text: UInt32] {
        guard let path = HostPath("/etc"), let etc = try root.folder(at: path),
            let stamp = try etc.metadata(of: table.name), stamp.kind == .file
        else { return [:] }
        if let known = tables.withLock({ $0[table] }), known.stamp == stamp { return known.ids }
        let bytes = try etc.contents(of: table.name, limit: 16 << 20)
        let ids = Self.parse(bytes)
        tables.withLock { $0[table] = Entries(stamp: stamp, ids: ids) }
        return ids
    }

    /// `name:password:id:…` by line, as passwd(5) and group(5) have it; other lines are skipped, the first of a name
    /// counts.
    private static func parse(_ bytes: [UInt8]) -> [Text: UInt32] {
        var ids: [Text: UInt32] = [:]
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            let fields = line.split(separator: UInt8(ascii: ":"), maxSplits: 3, omittingEmptySubsequences: false)
            guard fields.count >= 3, let name = Text(utf8: fields[0]), !name.isEmpty, ids[name] == nil,
                let digits = String(validating: fields[2], as: UTF8.self), let id = UInt32(digits)
            else { continue }
            ids[name] = id
        }
        return ids
    }
}
