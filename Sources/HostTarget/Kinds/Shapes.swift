// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Fleet
import Manifest

extension Shape where Output == HostPath {
    /// An absolute path below the root.
    static var hostPath: Shape {
        Shape<Text>.text.parsed { text in
            guard let path = HostPath(text), !path.isRoot else {
                return .refused("must be an absolute path without empty, \".\" and \"..\" parts")
            }
            guard path.name.count <= 255 else { return .refused("has a name of more than 255 bytes") }
            return .value(path)
        }
    }
}

extension Shape where Output == UInt32 {
    /// `"0644"`, or YAML's octal number.
    static func mode(_ allowed: Mode.Allowed) -> Shape {
        let meaning = "a mode such as \"0644\""
        let text = Shape<Text>.string(meaning: meaning, pattern: "^[0-7]{3,4}$")
        let number = Shape<Int64>.integer(in: 0...0o777)
        return Shape<Value>.any.parsed { value in
            switch value {
            case .string(let text):
                return Mode.parse(text, allowed: allowed).map { .value($0) } ?? .refused("is not \(meaning)")
            case .number(let number):
                return number.int64.flatMap { Mode.parse($0, allowed: allowed) }.map { .value($0) }
                    ?? .refused("\(number.lexeme) is no mode", advice: "write it in quotes: \(meaning)")
            default: return .refused("must be \(meaning)")
            }
        }.described(as: .either([text.schema, number.schema]))
    }
}

extension Shape where Output == Account {
    /// The name of a user or group, or its number.
    static var account: Shape {
        let number = Shape<Int64>.integer(in: 0...0xFFFF_FFFE)
        return Shape<Value>.any.parsed { value in
            switch value {
            case .string(let text):
                let bytes = Array(text.utf8)
                let isName =
                    !bytes.isEmpty && bytes.count <= 256 && bytes.first != UInt8(ascii: "-")
                    && bytes.allSatisfy { $0 > 0x20 && $0 != 0x7F && $0 != UInt8(ascii: ":") }
                return isName ? .value(.name(text)) : .refused("is no name of a user or group")
            case .number(let number):
                guard let id = number.int64.flatMap({ UInt32(exactly: $0) }), id != .max else {
                    return .refused("\(number.lexeme) is no number of a user or group")
                }
                return .value(.id(id))
            default: return .refused("must be a name or a number")
            }
        }.described(as: .either([Shape<Text>.text.schema, number.schema]))
    }
}

extension Shape where Output == Text {
    /// A whole command line, run without a shell: parts are separated by spaces, nothing is quoted.
    static var commandLine: Shape {
        Shape<Text>.text.checked { line in
            guard let first = line.utf8.first, first != UInt8(ascii: " ") else { return "must begin with a command" }
            return nil
        }
    }
}
