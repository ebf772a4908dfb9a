// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// What a chart renders to, in Helm's order: definitions of custom resources, objects by kind, hooks.
package struct HelmOutput: Sendable, Hashable {
    package var objects: [HelmObject]
    /// Decrypted or frozen values are in it: it must stay in memory.
    package var isTainted: Bool

    package init(objects: [HelmObject], isTainted: Bool) {
        self.objects = objects
        self.isTainted = isTainted
    }

    package var values: [Value] { objects.map(\.manifest) }
}

extension [HelmObject] {
    /// The same without definitions that are there already: a chart that another one uses twice, under two names, brings
    /// its own twice.
    package var withoutRepeatedDefinitions: [HelmObject] {
        var known: [ObjectID: Value] = [:]
        return filter { object in
            guard object.isOfDefinitions else { return true }
            if known[object.id] == object.manifest { return false }
            known[object.id] = object.manifest
            return true
        }
    }
}

/// One object, hooks included: their annotations are in the manifest.
package struct HelmObject: Sendable, Hashable {
    package var manifest: Value
    /// The file of the chart that it came from, as Helm calls it: `shop/charts/redis/templates/service.yaml`.
    package var template: Text
    /// A keyed hash of the whole, where frozen values are in it: tells of a change without telling what it holds.
    package var fingerprint: Digest?

    package init(manifest: Value, template: Text) {
        self.manifest = manifest
        self.template = template
    }

    /// Whether it comes from the `crds` folder of the chart, or of a chart within. Such a folder below `templates` is one of
    /// templates.
    package var isOfDefinitions: Bool {
        // The first part is the chart's name.
        var parts = template.utf8.split(separator: UInt8(ascii: "/")).dropFirst()
        while parts.count > 2, parts.first?.elementsEqual("charts".utf8) == true { parts = parts.dropFirst(2) }
        return parts.count > 1 && parts.first?.elementsEqual("crds".utf8) == true
    }

    /// The identity that the manifest claims; parts that are missing are empty.
    package var id: ObjectID {
        let version = manifest["apiVersion"]?.stringValue ?? ""
        let parts = version.utf8.split(separator: UInt8(ascii: "/"), maxSplits: 1)
        return ObjectID(
            group: parts.count == 2 ? Text(utf8: parts[0]) ?? "" : "",
            kind: manifest["kind"]?.stringValue ?? "",
            namespace: manifest["metadata"]?["namespace"]?.stringValue ?? "",
            name: manifest["metadata"]?["name"]?.stringValue ?? "")
    }
}
