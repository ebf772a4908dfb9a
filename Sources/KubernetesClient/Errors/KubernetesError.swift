// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// Why a request to a cluster failed.
///
/// Two errors are told apart by their ``code``; texts are for people and may change.
package struct KubernetesError: Error, Sendable, Hashable {
    /// What kind of failure it is. Most are the `reason` of a server's Status; the others are the client's own.
    package enum Code: Sendable, Hashable {
        // The server's answers.
        case badRequest, unauthorized, forbidden, notFound, methodNotAllowed, notAcceptable, unsupportedMediaType
        case alreadyExists, conflict
        /// The resource version, or the place in a list, is too old: list again.
        case expired
        case invalid, tooLarge, tooManyRequests
        case serverError, unavailable
        /// The server gave up on the request, or we did.
        case timedOut
        // What became of the request otherwise.
        /// No connection, or it broke. The request may have been carried out unless ``wasNotSent``.
        case unreachable
        /// The server's certificate is not trusted, or it refuses ours.
        case untrusted
        /// The answer cannot be understood, or exceeds a budget.
        case badAnswer
        /// The server serves no such kind.
        case unknownKind
        /// Nothing is served at the path just now. Says nothing of any object: the kind may be gone, or its server away.
        case notServed
        /// The connection's own settings: kubeconfig, token file, exec plugin.
        case configuration
        case cancelled
    }

    /// One of the reasons that a server gives in a Status.
    package struct Cause: Sendable, Hashable {
        /// `spec.ports[0].protocol`; empty when it concerns no field. For a conflict of ownership, the field owned.
        package var field: Text
        /// `FieldValueRequired`, `FieldManagerConflict` …
        package var reason: Text
        package var message: Text

        package init(field: Text, reason: Text, message: Text) {
            self.field = field
            self.reason = reason
            self.message = message
        }
    }

    package var code: Code
    /// What it was about: `Deployment/shop/web`, `pods in shop`, or the server.
    package var subject: Text
    /// In words, without the subject and without a final full stop.
    package var message: Text
    package var causes: [Cause]
    /// The HTTP status; 0 when there was no answer.
    package var status: Int
    /// What the server asked us to wait.
    package var retryAfter: Duration?
    /// The request certainly had no effect, since it never left.
    package var wasNotSent: Bool

    package init(
        _ code: Code, subject: Text, message: Text, causes: [Cause] = [], status: Int = 0,
        retryAfter: Duration? = nil, wasNotSent: Bool = false
    ) {
        self.code = code
        self.subject = subject
        self.message = message
        self.causes = causes
        self.status = status
        self.retryAfter = retryAfter
        self.wasNotSent = wasNotSent
    }
}

extension KubernetesError {
    /// Whether the same request may succeed later without anybody changing what it asks for.
    package var isTransient: Bool {
        switch code {
        case .tooManyRequests, .serverError, .unavailable, .timedOut, .unreachable, .expired: true
        default: false
        }
    }

    /// The managers whose fields an apply would take over, with the fields, for a conflict of ownership.
    package var ownershipConflicts: [(manager: Text, field: Text)] {
        causes.compactMap { cause in
            guard cause.reason == "FieldManagerConflict" else { return nil }
            // `conflict with "kubectl-client-side-apply" using v1`
            let parts = cause.message.string.utf8.split(
                separator: UInt8(ascii: "\""), maxSplits: 2, omittingEmptySubsequences: false)
            return (parts.count == 3 ? Text(String(Substring(parts[1]))) : "", cause.field)
        }
    }

    /// Whether the object does not fit the schema that the server has of its kind: servers from 1.25 on call it an error of
    /// their own.
    package var isMisfit: Bool { code == .invalid && status == 500 }

    /// Whether the server's objection is that a field cannot be changed after creation.
    package var isImmutableField: Bool {
        code == .invalid
            && (causes.isEmpty ? Self.saysImmutable(message) : causes.contains { Self.saysImmutable($0.message) })
    }

    private static func saysImmutable(_ message: Text) -> Bool {
        message.string.contains("immutable") || message.string.contains("may not be changed")
            || message.string.contains("are forbidden")
    }
}

extension KubernetesError: CustomStringConvertible {
    package var description: String { subject.isEmpty ? message.string : "\(subject): \(message)" }
}
