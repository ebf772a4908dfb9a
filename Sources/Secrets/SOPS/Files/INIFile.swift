// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// A file of sections with `name = value` lines, and comments behind `;` or `#`. What stands before the first section
/// is in one called DEFAULT. Values are read as SOPS's library reads them: without the quotes around, and without a
/// comment behind; spread over several lines by `\` at the end or by three quotes around.
struct INIFile: StructuredFile {
    private struct Line {
        enum Kind {
            case blank
            case comment(text: Text)
            case section
            case pair(name: Text, value: [UInt8])
        }

        var kind: Kind
        /// The line as it stands, or several.
        var bytes: [UInt8]
        var slot: Int
    }

    private let lines: [Line]
    let documents: [[FileItem]]
    private let flatMetadata: [(key: Text, value: Text)]?

    init(_ bytes: [UInt8]) throws(SecretsError) {
        var reader = INIReader(bytes)
        var lines: [Line] = []
        var items: [FileItem] = [.enter, .enter]
        var metadata: [(key: Text, value: Text)]?
        var section: Text = "DEFAULT"
        while let (entry, raw) = try reader.next() {
            let isMetadata = section == SOPSMetadata.key
            switch entry {
            case .blank where isMetadata, .comment where isMetadata: break
            case .blank: lines.append(Line(kind: .blank, bytes: raw, slot: lines.count))
            case .comment(let text):
                // Above a section's name it is about the section, and lies in it; but not above the metadata.
                let behind = reader.sectionBehindComments() ?? section
                let path = behind == SOPSMetadata.key ? section : behind
                items.append(.comment(slot: lines.count, path: [path], text: text))
                lines.append(Line(kind: .comment(text: text), bytes: raw, slot: lines.count))
            case .section(let name):
                section = name
                if name == SOPSMetadata.key {
                    metadata = metadata ?? []
                } else {
                    items += [.leave, .enter]
                    lines.append(Line(kind: .section, bytes: raw, slot: lines.count))
                }
            case .pair(let name, let value):
                if isMetadata {
                    metadata?.append((name, Text(utf8: value) ?? ""))
                } else {
                    items.append(.leaf(slot: lines.count, path: [section, name], .string(value)))
                    lines.append(Line(kind: .pair(name: name, value: value), bytes: raw, slot: lines.count))
                }
            }
        }
        while case .blank? = lines.last?.kind { lines.removeLast() }
        self.lines = lines
        documents = [items + [.leave, .leave]]
        flatMetadata = metadata
    }

    func metadata() throws(SecretsError) -> Value? {
        guard let flatMetadata else { return nil }
        return try FlatMetadata.unflatten(flatMetadata)
    }

    func write(_ replacements: [Int: Replacement], metadata: Value?) throws(SecretsError) -> [UInt8] {
        var output: [UInt8] = []
        for line in lines {
            switch (line.kind, replacements[line.slot]) {
            case (.comment, .encrypted(let text)): output += "; \(text)\n".utf8
            case (.comment, .comment(let text)):
                // Marks of one kind are all taken for the mark.
                let mark = text.utf8.first == UInt8(ascii: ";") ? "#" : ";"
                output += "\(mark) \(text)\n".utf8
            case (.pair(let name, let value), .encrypted(let text)):
                // What cannot be said again once it is decrypted is not encrypted.
                _ = try INIReader.quoted(value: value)
                let name = try INIReader.quoted(name: name)
                output += "\(name) = \(text)\n".utf8
            case (.pair(let name, let value), .plain(let scalar)) where scalar.bytes != value:
                let name = try INIReader.quoted(name: name)
                output += "\(name) = ".utf8
                output += try INIReader.quoted(value: scalar.bytes)
                output.append(UInt8(ascii: "\n"))
            default:
                output += line.bytes
                if line.bytes.last != UInt8(ascii: "\n") { output.append(UInt8(ascii: "\n")) }
            }
        }
        guard let metadata else { return output }
        output += (output.isEmpty ? "[sops]\n" : "\n[sops]\n").utf8
        for (key, value) in FlatMetadata.flatten(metadata) { output += "\(key) = \(value)\n".utf8 }
        return output
    }

    func values(_ replacements: [Int: Replacement], hidesTexts: Bool) throws(SecretsError) -> [Value] {
        throw SecretsError(.unsupported, "an INI file holds no objects")
    }
}
