// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Glibc
package import Manifest
package import SystemPackage

/// The user's own Helm: a program of one of the supported versions that needs nothing but itself.
package struct HelmBinary: Sendable, Hashable {
    package let path: FilePath
    /// `v3.17.3`.
    package let version: Text

    /// Where `helm` lies among the folders of a `PATH`; `nil` when it does not.
    package static func find(in folders: String) -> FilePath? {
        folders.split(separator: ":").lazy.map { FilePath(String($0)).appending("helm") }
            .first { access($0.string, X_OK) == 0 }
    }

    /// Looks at the program and asks it, jailed, for its version.
    package static func open(_ path: FilePath, in jail: Jail) async throws(HelmError) -> HelmBinary {
        try Self.checkFormat(path)
        let outcome = try await jail.run(path, ["version", "--template", "{{.Version}}"])
        let text = String(decoding: outcome.output.prefix(64), as: UTF8.self)
        if let error = outcome.error(limits: jail.limits) { throw error }
        let numbers = text.drop { $0 == "v" }.split(separator: ".").prefix(2).compactMap { Int($0) }
        guard text.hasPrefix("v"), numbers.count == 2 else {
            throw .program(reason: "\(path) is no Helm: it does not tell its version")
        }
        guard (3...4).contains(numbers[0]) else {
            throw .program(reason: "\(path) is Helm \(text); Trimtab works with Helm 3 and 4")
        }
        return HelmBinary(path: path, version: Text(text))
    }

    /// In the jail there are no libraries: the program must be linked statically, as Helm's own releases are.
    private static func checkFormat(_ path: FilePath) throws(HelmError) {
        let file = Glibc.open(path.string, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else { throw .program(reason: "\(path): \(Errno(rawValue: errno))") }
        defer { close(file) }
        var header = [UInt8](repeating: 0, count: 4096)
        let count = read(file, &header, header.count)
        guard count > 64, header.starts(with: [0x7F, UInt8(ascii: "E"), UInt8(ascii: "L"), UInt8(ascii: "F"), 2, 1])
        else { throw .program(reason: "\(path) is no program for this machine; a script cannot be run in the jail") }
        // The table of segments (ELF64): its offset, the size of an entry, their number.
        func number(_ offset: Int, _ size: Int) -> Int {
            guard offset >= 0, offset + size <= count else { return 0 }
            return header[offset..<offset + size].reversed().reduce(0) { $0 << 8 | Int($1) }
        }
        let table = number(32, 4)
        let size = number(54, 2)
        for index in 0..<min(64, number(56, 2)) where number(table + index * size, 4) == 3 {
            throw .program(
                reason: "\(path) needs shared libraries, which the jail does not have; take a Helm of the project's "
                    + "own releases, which is linked statically")
        }
    }
}
