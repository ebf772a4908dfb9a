// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// Where an object came from, or what changed it, as `buildMetadata` writes it into annotations.
struct Origin: Sendable, Hashable {
    /// What is configured: a plugin by its type, and by its name when it is an object.
    struct Configuration: Sendable, Hashable {
        var apiVersion: Text
        var kind: Text
        var name: Text = ""
        var namespace: Text = ""
    }

    /// Of the file, from the root's folder; empty for what is generated.
    var path: Text = ""
    var configuredIn: Text = ""
    var configuredBy: Configuration?

    static let annotation: Text = "config.kubernetes.io/origin"
    static let transformationsAnnotation: Text = "alpha.config.kubernetes.io/transformations"

    /// The fields in the order in which kustomize writes them.
    private var value: Value {
        var object = Object()
        if !path.isEmpty { object["path"] = .string(path) }
        if !configuredIn.isEmpty { object["configuredIn"] = .string(configuredIn) }
        if let by = configuredBy {
            var fields: Object = ["apiVersion": .string(by.apiVersion), "kind": .string(by.kind)]
            if !by.name.isEmpty { fields["name"] = .string(by.name) }
            if !by.namespace.isEmpty { fields["namespace"] = .string(by.namespace) }
            object["configuredBy"] = .object(fields)
        }
        return .object(object)
    }

    var text: Text { Text(String(decoding: YAML.write(value), as: UTF8.self)) }

    static func text(of origins: [Origin]) -> Text {
        Text(String(decoding: YAML.write(.array(origins.map(\.value))), as: UTF8.self))
    }

    /// Two paths joined and cleaned of what leads nowhere, as Go's `filepath.Join` does.
    static func join(_ base: Text, _ path: Text) -> Text {
        var parts: [Substring] = []
        for part in (base.string + "/" + path.string).split(separator: "/") where part != "." {
            if part == "..", let last = parts.last, last != ".." { parts.removeLast() } else { parts.append(part) }
        }
        return Text(parts.map(String.init).joined(separator: "/"))
    }
}
