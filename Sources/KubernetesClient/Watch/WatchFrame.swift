// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// One frame of a watch: `{"type": "ADDED", "object": {…}}`.
enum WatchFrame {
    /// What the frame says.
    ///
    /// - Throws: what the server reports in place of an event, or `badAnswer`.
    static func event(_ frame: Value, of query: Query) throws(KubernetesError) -> WatchEvent {
        let subject = Text("\(query.collection)")
        guard let type = frame["type"]?.stringValue, let object = frame["object"], object.objectValue != nil else {
            throw KubernetesError(.badAnswer, subject: subject, message: "a watch sent what is no event")
        }
        switch type.string {
        case "ADDED": return .added(reduce(object, query))
        case "MODIFIED": return .modified(reduce(object, query))
        case "DELETED": return .deleted(reduce(object, query))
        case "BOOKMARK":
            guard let version = object.resourceVersion else {
                throw KubernetesError(.badAnswer, subject: subject, message: "a bookmark without a resource version")
            }
            return .bookmark(version)
        case "ERROR":
            throw KubernetesError(
                statusObject: object, status: 500, retryAfter: nil, subject: subject,
                hidesContent: query.collection.resource.isSecret)
        default:
            throw KubernetesError(
                .badAnswer, subject: subject, message: Text("a watch sent an event of type \(type.quoted)"))
        }
    }

    /// An object as the query asks for it, also from servers that do not reduce.
    static func reduce(_ object: Value, _ query: Query) -> Value {
        let resource = query.collection.resource
        return query.form == .metadata ? object.metadataOnly(of: resource) : object.typed(as: resource)
    }
}
