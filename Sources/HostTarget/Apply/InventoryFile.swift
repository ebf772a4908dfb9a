// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import CLinux
import Glibc
import Manifest
import Model

/// The compact inventory of each unit, root-only, beneath the root: the claim, and what is left when all else is lost.
struct InventoryFiles {
    let root: Root
    private static let folder = StateFolder.path.appending("inventory")

    private static func name(_ unit: UnitID) -> [UInt8] {
        Array("\(unit.fleet).\(unit.application).\(unit.target).json".utf8)
    }

    private static let limit = 64 << 20

    /// Durable when it returns; an unchanged one is not written, an empty one is removed.
    func store(_ inventory: Inventory, of unit: UnitID) throws {
        guard let place = Self.folder else { return }
        let name = Self.name(unit)
        guard !inventory.entries.isEmpty else {
            if let folder = try root.folder(place), try folder.unlink(name) { try folder.sync() }
            return
        }
        let bytes = JSON.write(Self.value(inventory, unit), style: .compact) + [UInt8(ascii: "\n")]
        let folder = try root.makeFolder(place, mode: 0o700)
        if try read(name, in: folder) == bytes { return }
        let temporary = FileBatch.temporaryName(for: name)
        try folder.unlink(temporary)
        let file = try folder.openFile(temporary, flags: O_WRONLY | O_CREAT | O_EXCL, mode: 0o600)
        try file.write(bytes)
        try check(clinux_fsync(file.descriptor), "sync", folder.child(name))
        CrashPoint.reached("host-wrote-inventory")
        try folder.rename(temporary, to: name)
        try folder.sync()
        CrashPoint.reached("host-stored-inventory")
    }

    func stored(of unit: UnitID) throws -> Inventory? {
        guard let place = Self.folder, let folder = try root.folder(place),
            let bytes = try read(Self.name(unit), in: folder)
        else { return nil }
        return Self.inventory(try JSON.read(bytes, file: "the inventory of \(unit)"))
    }

    /// Which unit claims which path, the given unit's own claims left out.
    func foreignClaims(besides unit: UnitID) throws -> [Text: UnitID] {
        guard let place = Self.folder, let folder = try root.folder(place) else { return [:] }
        var claims: [Text: UnitID] = [:]
        for name in try folder.names() where name != Self.name(unit) && name.suffix(5).elementsEqual(".json".utf8) {
            guard let bytes = try read(name, in: folder), let value = try? JSON.read(bytes),
                let owner = value["unit"]?.stringValue.flatMap(UnitID.init(parsing:)), owner != unit
            else { continue }
            for entry in Self.inventory(value).entries.values { claims[entry.uid] = owner }
        }
        return claims
    }

    private func read(_ name: [UInt8], in folder: borrowing Folder) throws(SystemError) -> [UInt8]? {
        guard let metadata = try folder.metadata(of: name), metadata.isRegular, metadata.size <= Self.limit else {
            return nil
        }
        var bytes: [UInt8] = []
        try folder.openFile(name, flags: O_RDONLY).read { bytes.append(contentsOf: $0) }
        return bytes
    }

    private static func value(_ inventory: Inventory, _ unit: UnitID) -> Value {
        [
            "unit": Value(unit.description),
            "objects": Value(byObject: inventory.entries) { [Value($0.uid), Value($0.wave)] },
        ]
    }

    private static func inventory(_ value: Value) -> Inventory {
        let entries = value["objects"]?.byObject { entry -> Inventory.Entry? in
            guard let fields = entry.arrayValue, fields.count == 2, let uid = fields[0].stringValue,
                let wave = fields[1].intValue.flatMap(Int.init(exactly:))
            else { return nil }
            return Inventory.Entry(uid: uid, applied: nil, wave: wave)
        }
        return Inventory(entries: entries ?? [:])
    }
}

extension Folder {
    /// The names in it, `.` and `..` left out.
    func names() throws(SystemError) -> [[UInt8]] {
        let open = try check(
            withCString([UInt8(ascii: ".")]) { clinux_openat2(descriptor, $0, O_RDONLY | O_DIRECTORY, 0, 0) }, "open",
            path)
        defer { _ = clinux_close(open) }
        var names: [[UInt8]] = []
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 32 << 10, alignment: 16)
        defer { buffer.deallocate() }
        while true {
            let count = Int(try check(clinux_getdents(open, buffer.baseAddress, UInt64(buffer.count)), "list", path))
            if count == 0 { return names }
            var offset = 0
            // struct linux_dirent64: inode 8, offset 8, length 2, type 1, name with a NUL.
            while offset + 19 < count {
                let length = Int(buffer.loadUnaligned(fromByteOffset: offset + 16, as: UInt16.self))
                guard length > 19, offset + length <= count else { break }
                let name = buffer[(offset + 19)..<(offset + length)].prefix { $0 != 0 }
                if !name.elementsEqual(".".utf8), !name.elementsEqual("..".utf8) { names.append(Array(name)) }
                offset += length
            }
        }
    }
}
