// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model

/// What apt's own history (`/var/log/apt/history.log`) tells of who changed a package: for whom it ran, and how.
enum AptHistory {
    /// Who changed a package last, if it was through apt and not by us: `alice (1000), apt-get remove nginx`.
    ///
    /// - Parameter bytes: the history, or its end: paragraphs of `Name: value` lines.
    static func whoChanged(_ package: Text, in bytes: some Collection<UInt8>) -> Text? {
        let text = String(decoding: bytes, as: UTF8.self)
        for paragraph in text.split(separator: "\n\n").reversed() {
            let fields = fields(of: paragraph)
            guard fields.contains(where: { actions.contains($0.name) && names($0.value).contains(package.string) })
            else {
                continue
            }
            func value(_ name: String) -> String? { fields.first { $0.name == name }.map { safe($0.value) } }
            // The newest that concerns it says who, or that it was changed past apt since we did.
            guard let command = value("Commandline"), !command.hasPrefix(Apt.ownCommand) else { return nil }
            return Text([value("Requested-By"), command].compactMap(\.self).joined(separator: ", "))
        }
        return nil
    }

    private static let actions: Set<Substring> = ["Install", "Reinstall", "Upgrade", "Downgrade", "Remove", "Purge"]

    private static func fields(of paragraph: Substring) -> [(name: Substring, value: Substring)] {
        paragraph.split(separator: "\n").compactMap { line in
            guard let colon = line.firstIndex(of: ":") else { return nil }
            return (line[..<colon], line[line.index(after: colon)...].drop { $0 == " " })
        }
    }

    /// `nginx:amd64 (1.22.1-9), nginx-common:all (1.22.1-9, automatic)`
    private static func names(_ list: Substring) -> [String] {
        list.split(separator: ")").map { item in
            String(item.drop { $0 == "," || $0 == " " }.prefix { $0 != ":" && $0 != " " })
        }
    }

    private static func safe(_ text: Substring) -> String { printable(Array(text.utf8.prefix(200))) }
}
