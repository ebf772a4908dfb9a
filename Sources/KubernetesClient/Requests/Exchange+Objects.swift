// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// The requests for single objects, as the API's conventions have them.
extension Exchange {
    static func get(_ address: ObjectAddress, _ form: ObjectForm) throws(KubernetesError) -> Exchange {
        var exchange = Exchange(
            method: .get, path: try RequestPath.of(address), isRepeatable: true, subject: Text("\(address)"))
        exchange.accept = form.accept(list: false)
        exchange.hidesContent = address.resource.isSecret
        return exchange
    }

    static func create(
        _ object: Value, at address: ObjectAddress, _ options: WriteOptions
    ) throws(KubernetesError) -> Exchange {
        let path =
            address.subresource == nil ? try RequestPath.of(address.namespaced) : try RequestPath.of(address)
        return write(.post, path, object, address, options, isRepeatable: options.isDryRun)
    }

    /// Applying twice is applying once, whatever became of the first.
    static func apply(
        _ object: Value, at address: ObjectAddress, _ options: WriteOptions
    ) throws(KubernetesError) -> Exchange {
        // With a resource version the second would meet what the first has written.
        let isRepeatable = options.isDryRun || object.resourceVersion == nil
        var exchange = write(
            .patch, try RequestPath.of(address), object, address, options, isRepeatable: isRepeatable)
        exchange.contentType = "application/apply-patch+yaml"
        if options.force { exchange.query.append(("force", "true")) }
        return exchange
    }

    static func replace(
        _ object: Value, at address: ObjectAddress, _ options: WriteOptions
    ) throws(KubernetesError) -> Exchange {
        let isRepeatable = options.isDryRun || object.resourceVersion == nil
        return write(.put, try RequestPath.of(address), object, address, options, isRepeatable: isRepeatable)
    }

    static func patch(
        _ address: ObjectAddress, with patch: Patch, _ options: WriteOptions
    ) throws(KubernetesError) -> Exchange {
        let path = try RequestPath.of(address)
        switch patch {
        case .merge(let change):
            let isRepeatable = options.isDryRun || change.resourceVersion == nil
            var exchange = write(.patch, path, change, address, options, isRepeatable: isRepeatable)
            exchange.contentType = "application/merge-patch+json"
            return exchange
        case .json(let operations):
            var exchange = write(
                .patch, path, .array(operations), address, options, isRepeatable: options.isDryRun)
            exchange.contentType = "application/json-patch+json"
            return exchange
        }
    }

    static func delete(_ address: ObjectAddress, _ options: DeleteOptions) throws(KubernetesError) -> Exchange {
        var body: Object = [
            "apiVersion": "v1", "kind": "DeleteOptions",
            "propagationPolicy": .string(options.propagation.rawValue),
        ]
        var conditions = Object()
        if let uid = options.uid { conditions["uid"] = .string(uid) }
        if let version = options.resourceVersion { conditions["resourceVersion"] = .string(version) }
        if !conditions.isEmpty { body["preconditions"] = .object(conditions) }
        if let seconds = options.gracePeriod { body["gracePeriodSeconds"] = .number(Number(Int64(seconds))) }
        if options.isDryRun { body["dryRun"] = ["All"] }
        // Without a UID a second attempt could meet another object of the same name.
        return Exchange(
            method: .delete, path: try RequestPath.of(address), body: .object(body),
            isRepeatable: options.uid != nil || options.isDryRun, subject: Text("\(address)"))
    }

    private static func write(
        _ method: Method, _ path: String, _ object: Value, _ address: ObjectAddress, _ options: WriteOptions,
        isRepeatable: Bool
    ) -> Exchange {
        var exchange = Exchange(
            method: method, path: path, body: object, isRepeatable: isRepeatable, subject: Text("\(address)"))
        exchange.query.append(("fieldManager", options.manager))
        exchange.query.append(("fieldValidation", options.unknownFields.rawValue))
        if options.isDryRun { exchange.query.append(("dryRun", "All")) }
        exchange.hidesContent = address.resource.isSecret || object.holdsSecret
        return exchange
    }
}

extension ObjectAddress {
    /// The collection that an object is created in; a namespace must be named.
    fileprivate var namespaced: Collection {
        get throws(KubernetesError) {
            guard !resource.isNamespaced || !namespace.isEmpty else {
                throw KubernetesError(
                    .badRequest, subject: Text("\(self)"), message: "it must be in a namespace", wasNotSent: true)
            }
            return collection
        }
    }
}

extension ObjectForm {
    /// Servers that do not reduce send the whole, and the client does it.
    func accept(list: Bool) -> String {
        guard self == .metadata else { return "application/json" }
        let kind = list ? "PartialObjectMetadataList" : "PartialObjectMetadata"
        return "application/json;as=\(kind);g=meta.k8s.io;v=v1,application/json"
    }
}
