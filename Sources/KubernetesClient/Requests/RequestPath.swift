// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// Writes where a request goes. Names come from Git, so nothing in them may reach beyond its place.
enum RequestPath {
    /// A segment or a query's value, by RFC 3986: all but unreserved characters are percent-encoded.
    static func encode(_ text: Text) -> String {
        var output: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                output.append(byte)
            default:
                output.append(UInt8(ascii: "%"))
                output.append(contentsOf: Hex.encode([byte]).utf8)
            }
        }
        return String(decoding: output, as: UTF8.self)
    }

    /// `/api/v1`, `/apis/apps/v1`
    static func of(_ version: GroupVersion) throws(KubernetesError) -> String {
        try path(version.group.isEmpty ? ["api", version.version] : ["apis", version.group, version.version])
    }

    static func of(_ collection: Collection) throws(KubernetesError) -> String {
        var segments: [Text] = []
        if let namespace = collection.namespace { segments += ["namespaces", namespace] }
        segments.append(collection.resource.name)
        return try of(collection.resource.groupVersion) + path(segments)
    }

    static func of(_ address: ObjectAddress) throws(KubernetesError) -> String {
        guard !address.resource.isNamespaced || !address.namespace.isEmpty else {
            throw KubernetesError(
                .badRequest, subject: Text("\(address)"), message: "it must be in a namespace", wasNotSent: true)
        }
        var segments = [address.name]
        if let subresource = address.subresource { segments.append(subresource) }
        return try of(address.collection) + path(segments)
    }

    /// A namespace of objects that lie in none says nothing.
    private static func path(_ segments: [Text]) throws(KubernetesError) -> String {
        var path = ""
        for segment in segments {
            // What an empty or a dotted segment becomes is up to every server on the way.
            guard !segment.isEmpty, segment != ".", segment != ".." else {
                throw KubernetesError(
                    .badRequest, subject: "", message: Text("\(segment.quoted) cannot be a name"), wasNotSent: true)
            }
            path += "/" + encode(segment)
        }
        return path
    }
}
