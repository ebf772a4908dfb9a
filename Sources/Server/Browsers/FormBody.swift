// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Hummingbird
import Manifest

/// The fields of a form that was posted.
enum FormBody {
    static let type = "application/x-www-form-urlencoded"
    private static let limit = 64 << 10

    static func read(_ request: Request, within patience: Duration) async throws(APIError) -> Value {
        try checkType(of: request)
        return try fields(of: try await BodyReader.collect(request, limit: limit, within: patience))
    }

    static func checkType(of request: Request) throws(APIError) {
        guard request.headers[.contentType]?.utf8.starts(with: type.utf8) ?? false else {
            throw APIError(.invalid, "a form is sent as content type \"\(Text(type))\"")
        }
    }

    static func fields(of bytes: [UInt8]) throws(APIError) -> Value {
        guard let form = Query.read(bytes) else { throw APIError(.invalid, "the form is not percent-encoded UTF-8") }
        return form
    }
}
