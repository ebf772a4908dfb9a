// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// One request to a receiver.
package struct OutgoingRequest: Sendable {
    package enum Method: String, Sendable { case post = "POST" }

    package var method = Method.post
    /// May hold a token, as Slack's do.
    package var url: Secret<Text>
    package var headers: [(name: Text, value: Text)]
    /// The value of `authorization`, or of the header that the receiver wants instead.
    package var token: (header: Text, value: Secret<Text>)?
    package var body: [UInt8]
    /// The same each time the request is made, so that a receiver can tell.
    package var key: Text

    package init(
        url: Secret<Text>, headers: [(name: Text, value: Text)] = [], token: (header: Text, value: Secret<Text>)?,
        body: [UInt8], key: Text
    ) {
        self.url = url
        self.headers = headers
        self.token = token
        self.body = body
        self.key = key
    }
}

/// What came of a request.
package enum Delivery: Sendable, Hashable {
    case done
    /// It may do later, and no sooner than the receiver says.
    case later(Text, after: Duration?)
    /// It will never do.
    case refused(Text)

    /// By the status of an answer.
    package init(status: Int, retryAfter: Duration?) {
        switch status {
        case 200..<300: self = .done
        // Redirects are not followed: a token would go where nobody meant it to. What is forbidden today may be allowed
        // once somebody mends the token.
        case 401, 403, 408, 425, 429, 500..<600: self = .later("answered with \(status)", after: retryAfter)
        default: self = .refused("answered with \(status)")
        }
    }
}

/// When a message is tried again. Pure.
package enum Patience {
    /// The longest time between two tries, unless the receiver asks for more.
    static let ceiling = Duration.seconds(600)
    /// Who asks for more than this is not believed.
    static let mostAsked = Duration.seconds(6 * 3600)
    /// What could not be told for so long is given up.
    package static let limit = Duration.seconds(24 * 3600)

    /// - Parameter jitter: between 0 and 1.
    package static func wait(after failures: Int, asked: Duration?, jitter: Double) -> Duration {
        let doubled = Duration.seconds(1) * Double(1 << min(max(failures - 1, 0), 12))
        let wait = min(doubled, ceiling) * (0.8 + 0.4 * jitter)
        return max(wait, min(asked ?? .zero, mostAsked))
    }
}
