// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import HTTPTypes
import Hummingbird
import Manifest
import NIOCore

/// The shapes of answers.
enum Answer {
    static func json(_ value: Value, status: HTTPResponse.Status = .ok) -> Response {
        answer(JSON.write(value) + [UInt8(ascii: "\n")], type: "application/json", status: status)
    }

    /// `{"error": {"code": …, "message": …}}`
    static func failure(_ error: APIError) -> Response {
        var answer = json(["error": error.wire], status: HTTPResponse.Status(code: error.code.httpStatus))
        if error.code == .unauthenticated { answer.headers[.wwwAuthenticate] = "Bearer realm=\"trimtab\"" }
        return answer
    }

    static func text(
        _ text: String, type: String = "text/plain; charset=utf-8", status: HTTPResponse.Status = .ok
    ) -> Response {
        answer(Array(text.utf8), type: type, status: status)
    }

    static func answer(_ bytes: [UInt8], type: String, status: HTTPResponse.Status) -> Response {
        Response(
            status: status,
            headers: [.contentType: type, .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }
}
