// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import AsyncHTTPClient
import Glibc
import Manifest
import NIOCore
import NIOPosix

extension APIError {
    /// Why an engine was not reached, or did not answer.
    init(_ error: any Error, asking endpoint: Endpoint) {
        let words =
            Self.missingConnection(error).map { "cannot reach \(endpoint): \($0)" }
            ?? "\(endpoint) does not answer: \(Self.words(error))"
        self.init(.unavailable, Text(words), advice: "does trimtab run there?")
    }

    /// Why there was no connection; `nil` when there was one.
    private static func missingConnection(_ error: any Error) -> String? {
        switch error {
        case let error as NIOConnectionError:
            error.connectionErrors.first.map { words($0.error) } ?? "no address is known for its name"
        case let error as HTTPClientError where error == .connectTimeout: "no connection within 5 s"
        case let error as IOError where away.contains(error.errnoCode): words(error)
        default: nil
        }
    }

    private static let away: Set<Int32> = [ECONNREFUSED, ENOENT, EACCES, EHOSTUNREACH, ENETUNREACH, ETIMEDOUT]

    private static func words(_ error: any Error) -> String {
        guard let error = error as? IOError else { return "\(error)" }
        return String(cString: strerror(error.errnoCode)).lowercased()
    }
}
