// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model

/// What every object must say of itself.
struct Envelope {
    let id: ObjectID
    let apiVersion: Text
    let wave: Int
    /// A list of objects, which stands for its items.
    let isList: Bool

    init(_ manifest: Value, at path: FieldPath, of document: YAML.Document) throws(RenderError) {
        func failure(_ field: FieldPath, _ reason: String, _ advice: String? = nil) -> RenderError {
            // A field that is not there is shown where the nearest thing around it stands.
            var nearest = field
            while document.position(of: nearest) == nil, !nearest.isEmpty { nearest.steps.removeLast() }
            let place = document.position(of: nearest)
            return .reading(ReadingError(file: document.file, position: place, reason: reason, advice: advice))
        }
        func text(_ value: Value?, _ field: FieldPath) throws(RenderError) -> Text {
            guard let text = value?.stringValue, !text.isEmpty else {
                throw failure(field, "\(field) must be a string that is not empty")
            }
            guard !text.string.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) else {
                throw failure(field, "\(field) must not hold control characters")
            }
            return text
        }
        guard manifest.objectValue != nil else {
            throw failure(path, "an object must be a map, not \(manifest.kindInWords)")
        }
        apiVersion = try text(manifest["apiVersion"], path.appending("apiVersion"))
        let kind = try text(manifest["kind"], path.appending("kind"))
        if let group = Self.group(apiVersion), group == "trimtab.dev" {
            throw failure(
                path.appending("kind"), "\(kind) is declared in the fleet repository, not rendered",
                "move it to the folder that fleet.yaml names")
        }
        isList = apiVersion == "v1" && kind == "List"
        let metadata = path.appending("metadata")
        id = ObjectID(
            group: Self.group(apiVersion) ?? "", kind: kind,
            namespace: manifest["metadata"]?["namespace"]?.stringValue ?? "",
            name: isList ? "list" : try text(manifest["metadata"]?["name"], metadata.appending("name")))
        guard let written = manifest["metadata"]?["annotations"]?["trimtab.dev/wave"] else {
            wave = 0
            return
        }
        guard let text = written.stringValue, let number = Int16(text.string) else {
            throw failure(
                metadata.appending("annotations").appending("trimtab.dev/wave"),
                "trimtab.dev/wave must be an integer in quotes, between -32768 and 32767")
        }
        wave = Int(number)
    }

    private static func group(_ apiVersion: Text) -> Text? {
        guard let slash = apiVersion.utf8.firstIndex(of: UInt8(ascii: "/")) else { return nil }
        return Text(utf8: apiVersion.utf8[..<slash])?.shared
    }
}
