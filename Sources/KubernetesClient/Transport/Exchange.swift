// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// One HTTP request to the API server, and what may be done about its failure.
struct Exchange: Sendable {
    enum Method: String, Sendable, Hashable {
        case get = "GET"
        case post = "POST"
        case put = "PUT"
        case patch = "PATCH"
        case delete = "DELETE"
    }

    var method: Method
    /// Percent-encoded, with a leading slash.
    var path: String
    /// Plain names and values.
    var query: [(name: String, value: Text)] = []
    var accept = "application/json"
    var contentType = "application/json"
    var body: Value?
    /// Carrying it out twice is the same as once, so that it may be sent again when nobody knows what became of it.
    var isRepeatable: Bool
    /// What an error says that it was about.
    var subject: Text
    /// It asks for many objects.
    var isList = false
    /// No error may quote the body.
    var hidesContent = false
    /// From the first attempt to the last byte of the answer; `nil` for the client's own.
    var deadline: Duration?

    var uri: String {
        guard !query.isEmpty else { return path }
        return path + "?" + query.map { "\($0.name)=\(RequestPath.encode($0.value))" }.joined(separator: "&")
    }
}
