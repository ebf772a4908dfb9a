// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// Reads what `helm template` prints: documents, each below a line `# Source: FILE`.
struct HelmOutputReader {
    /// Where a template's output begins.
    private struct Section {
        var template: Text
        var offset: Int
        var line: Int
    }

    private let bytes: [UInt8]
    private let sections: [Section]

    /// - Throws: ``HelmError/reading(_:)`` that names the template, for what is no YAML or no object.
    static func read(_ bytes: [UInt8]) throws(HelmError) -> [HelmObject] {
        try HelmOutputReader(bytes).objects()
    }

    private init(_ bytes: [UInt8]) {
        self.bytes = bytes
        var sections: [Section] = []
        var line = 1
        var start = 0
        var isAfterMarker = true
        while start < bytes.count {
            let end = bytes[start...].firstIndex(of: 0x0A) ?? bytes.count
            let text = bytes[start..<end]
            if isAfterMarker, text.starts(with: Self.mark) {
                let name = Text(utf8: text.dropFirst(Self.mark.count)) ?? ""
                sections.append(Section(template: name, offset: start, line: line))
            }
            isAfterMarker = text.elementsEqual("---".utf8)
            start = end + 1
            line += 1
        }
        self.sections = sections
    }

    private static let mark = Array("# Source: ".utf8)

    private func objects() throws(HelmError) -> [HelmObject] {
        let documents: [YAML.Document]
        do throws(ReadingError) {
            documents = try YAML.read(bytes)
        } catch {
            throw .reading(located(error))
        }
        var objects: [HelmObject] = []
        for document in documents where document.value != .null {
            let place = document.position(of: FieldPath())
            let template = section(before: place?.offset ?? 0)?.template ?? "helm"
            guard document.value.objectValue != nil else {
                throw .reading(
                    located(
                        ReadingError(
                            position: place, reason: "an object must be a map, not \(document.value.kindInWords)")))
            }
            objects.append(HelmObject(manifest: document.value, template: template))
        }
        return objects
    }

    /// The error in terms of the template: Helm's output as a whole is seen by nobody.
    private func located(_ error: ReadingError) -> ReadingError {
        guard let position = error.position, let section = section(before: position.offset) else {
            return ReadingError(file: "the output of helm", position: error.position, reason: error.reason)
        }
        return ReadingError(
            file: section.template,
            reason: "line \(max(1, position.line - section.line)) of what it renders to: \(error.reason)",
            advice: error.advice)
    }

    private func section(before offset: Int) -> Section? { sections.last { $0.offset <= offset } }
}
