// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// Reads dpkg's record of what is installed: `/var/lib/dpkg/status`, paragraphs of `Field: value` lines (deb822(5),
/// dpkg-query(1) for the words of `Status`).
enum PackageStatus {
    /// Packages that are installed or half so, by name. Paragraphs that say less are passed over; of several
    /// architectures the first counts.
    static func parse(_ bytes: [UInt8]) -> [Text: PackageState] {
        var packages: [Text: PackageState] = [:]
        var name: ArraySlice<UInt8>?
        var version: ArraySlice<UInt8>?
        var status: ArraySlice<UInt8>?
        func add() {
            guard let name = name.flatMap({ Text(utf8: $0) }), let status, packages[name] == nil,
                let last = status.split(separator: UInt8(ascii: " ")).last
            else { return }
            let word = String(decoding: last, as: UTF8.self)
            guard word != "not-installed", word != "config-files" else { return }
            packages[name] = PackageState(
                version: version.flatMap { Text(utf8: $0) } ?? "", isComplete: completeWords.contains(word))
        }
        for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            if line.isEmpty {
                add()
                (name, version, status) = (nil, nil, nil)
            } else if let value = value(of: "Package: ", in: line) {
                name = value
            } else if let value = value(of: "Version: ", in: line) {
                version = value
            } else if let value = value(of: "Status: ", in: line) {
                status = value
            }
        }
        add()
        return packages
    }

    /// A package whose triggers are still to run is set up all the same.
    private static let completeWords: Set = ["installed", "triggers-pending", "triggers-awaited"]

    private static func value(of field: String, in line: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        line.starts(with: field.utf8) ? line.dropFirst(field.utf8.count) : nil
    }
}
