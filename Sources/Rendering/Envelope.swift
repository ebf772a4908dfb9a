// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model

/// What every object must say of itself.
struct Envelope {
    let id: ObjectID
    let apiVersion: Text
    /// A list of objects, which stands for its items.
    let isList: Bool

    init(_ rendered: RenderedManifest) throws(RenderError) {
        let manifest = rendered.value
        func text(_ value: Value?, _ field: FieldPath) throws(RenderError) -> Text {
            guard let text = value?.stringValue, !text.isEmpty else {
                throw rendered.failure(field, "\(field) must be a string that is not empty")
            }
            guard !text.string.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) else {
                throw rendered.failure(field, "\(field) must not hold control characters")
            }
            return text
        }
        guard manifest.objectValue != nil else {
            throw rendered.failure(FieldPath(), "an object must be a map, not \(manifest.kindInWords)")
        }
        apiVersion = try text(manifest["apiVersion"], ["apiVersion"])
        let kind = try text(manifest["kind"], ["kind"])
        if let group = Self.group(apiVersion), group == "trimtab.dev" {
            throw rendered.failure(
                ["kind"], "\(kind) is declared in the fleet repository, not rendered",
                "move it to the folder that fleet.yaml names")
        }
        // ConfigMapList and its like are lists as well; a kind of somebody's that only ends so has a name.
        isList =
            kind.utf8.reversed().starts(with: "tsiL".utf8) && manifest["items"]?.arrayValue != nil
            && manifest["metadata"]?["name"] == nil || apiVersion == "v1" && kind == "List"
        id = ObjectID(
            group: Self.group(apiVersion) ?? "", kind: kind,
            namespace: manifest["metadata"]?["namespace"]?.stringValue ?? "",
            name: isList ? "list" : try text(manifest["metadata"]?["name"], ["metadata", "name"]))
    }

    private static func group(_ apiVersion: Text) -> Text? {
        guard let slash = apiVersion.utf8.firstIndex(of: UInt8(ascii: "/")) else { return nil }
        return Text(utf8: apiVersion.utf8[..<slash])?.shared
    }
}
