// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
import Model

/// Why an operation did not answer.
package struct APIError: Error, Sendable, Hashable {
    /// What kind of failure it is: decides the HTTP status and the exit code. The raw value is on the wire.
    package enum Code: String, Sendable, Hashable, CaseIterable {
        /// The request itself is wrong.
        case invalid
        /// No such unit, source, version or route.
        case notFound
        /// Nobody knows who asks.
        case unauthenticated
        /// The asker may not do this.
        case forbidden
        /// Things are not as the request assumes: the plan to confirm is no longer the plan.
        case conflict
        /// A guard holds it back until a person decides.
        case blocked
        /// The state folder belongs to another process that does not answer.
        case locked
        /// Something that it needs is away for now: the daemon, a source, the target.
        case unavailable
        case timedOut
        /// Something else came under the same idempotency key.
        case reused
        /// Too often, in too short a time.
        case tooMany
        /// An input or an answer is larger than its budget.
        case tooLarge
        /// It was tried and failed.
        case failed
    }

    package var code: Code
    /// What failed, for people, beginning with the thing that it concerns; one line without a final full stop.
    package var message: Text
    /// What to do about it.
    package var advice: Text?
    /// Where the cause is written, when it is written somewhere.
    package var problems: [Problem]

    package init(_ code: Code, _ message: Text, advice: Text? = nil, problems: [Problem] = []) {
        self.code = code
        self.message = message
        self.advice = advice
        self.problems = problems
    }
}

extension APIError: CustomStringConvertible {
    package var description: String { message.string + (advice.map { " (\($0))" } ?? "") }
}

extension APIError.Code {
    package var httpStatus: Int {
        switch self {
        case .invalid: 400
        case .unauthenticated: 401
        case .forbidden: 403
        case .notFound: 404
        case .conflict, .blocked, .locked: 409
        case .tooLarge: 413
        case .reused: 422
        case .tooMany: 429
        case .failed: 500
        case .unavailable: 503
        case .timedOut: 504
        }
    }
}

extension APIError: Wire {
    package init(wire: Value) throws(WireError) {
        let fields = try WireFields(wire)
        self.init(
            try readCase(try fields.required("code", as: Value.self)),
            try fields.required("message"),
            advice: try fields.optional("advice"),
            problems: try fields.list("problems"))
    }

    package var wire: Value {
        .fields([
            "code": .string(Text(code.rawValue)), "message": message.wire, "advice": advice?.wire,
            "problems": problems.wireUnlessEmpty,
        ])
    }
}
