// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// The requests for many objects.
extension Exchange {
    /// One page of a list; `next` is the token that the page before ended with.
    static func list(_ query: Query, next: Text?) throws(KubernetesError) -> Exchange {
        var exchange = try objects(of: query)
        exchange.isList = true
        exchange.accept = query.form.accept(list: true)
        if query.pageSize > 0 { exchange.query.append(("limit", Text(String(query.pageSize)))) }
        if let next { exchange.query.append(("continue", next)) }
        exchange.deadline = .seconds(60)
        return exchange
    }

    static func watch(_ query: Query, from version: Text, for limit: Duration) throws(KubernetesError) -> Exchange {
        var exchange = try objects(of: query)
        exchange.accept = query.form.accept(list: false)
        exchange.query += [
            ("watch", "1"), ("resourceVersion", version), ("allowWatchBookmarks", "true"),
            ("timeoutSeconds", Text(String(max(1, limit.components.seconds)))),
        ]
        // The server ends it by itself; this is for one that does not.
        exchange.deadline = limit + .seconds(30)
        return exchange
    }

    private static func objects(of query: Query) throws(KubernetesError) -> Exchange {
        var exchange = Exchange(
            method: .get, path: try RequestPath.of(query.collection), isRepeatable: true,
            subject: Text("\(query.collection)"))
        if !query.labels.isEmpty { exchange.query.append(("labelSelector", query.labels)) }
        if !query.fields.isEmpty { exchange.query.append(("fieldSelector", query.fields)) }
        exchange.hidesContent = query.collection.resource.isSecret
        return exchange
    }
}
