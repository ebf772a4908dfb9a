// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Fleet
import Manifest

/// ```yaml
/// kind: Package
/// metadata: {name: nginx}
/// spec:
///   package: nginx                   # default: the object's name
///   state: present                   # the default, or absent
///   version: 1.22.1-9+deb12u1        # exactly this one; default: any
/// ```
struct PackageSpec: Sendable, Hashable {
    enum State: String, Sendable, Hashable, CaseIterable {
        case present, absent
    }

    var name: Text?
    var state: State
    var version: Text?
}

extension PackageSpec {
    static let shape = Shape.object(
        Field.optional("package", .packageName, "The package's name; by default the object's name."),
        Field.optional("state", .choice(), default: State.present, "Whether it is to be installed."),
        Field.optional("version", .packageVersion, "Exactly this version; absent: any.")
    ) { PackageSpec(name: $0, state: $1, version: $2) }

    /// Debian policy 5.6.1: lower case letters, digits, `+`, `-`, `.`; at least two, the first a letter or digit.
    static func isName(_ text: Text) -> Bool {
        func isAlphanumeric(_ byte: UInt8) -> Bool {
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        }
        guard let first = text.utf8.first, isAlphanumeric(first), (2...100).contains(text.utf8.count) else {
            return false
        }
        return text.utf8.allSatisfy { isAlphanumeric($0) || "+-.".utf8.contains($0) }
    }
}

extension Shape where Output == Text {
    fileprivate static var packageName: Shape {
        Shape<Text>.text("the name of a Debian package", pattern: "^[a-z0-9][a-z0-9+.-]+$") { text in
            PackageSpec.isName(text) ? text : nil
        }
    }

    /// Debian policy 5.6.12.
    fileprivate static var packageVersion: Shape {
        Shape<Text>.text("a version of a Debian package", pattern: "^[A-Za-z0-9.+:~-]+$") { text in
            let isPlain = text.utf8.allSatisfy { ServiceName.isLetterOrDigit($0) || ".+:~-".utf8.contains($0) }
            return isPlain && text.utf8.count <= 100 && text.utf8.first != UInt8(ascii: "-") ? text : nil
        }
    }
}
