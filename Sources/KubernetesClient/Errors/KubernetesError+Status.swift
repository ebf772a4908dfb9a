// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

extension KubernetesError {
    /// Reads what a server answered instead of what it was asked for: mostly a Status object, but a proxy's page or
    /// nothing at all must do.
    ///
    /// - Parameter hidesContent: the request carried what must not be seen. Servers quote the content that they
    ///   refuse, so their words are withheld where they may.
    init(status: Int, body: [UInt8], retryAfter: Duration?, subject: Text, hidesContent: Bool) {
        let answer = try? JSON.read(body, budget: Budget(bytes: 4 << 20, depth: 32, nodes: 100_000, documents: 1))
        if let answer, answer["kind"]?.stringValue == "Status" {
            self.init(
                statusObject: answer, status: status, retryAfter: retryAfter, subject: subject,
                hidesContent: hidesContent)
        } else {
            let text = hidesContent ? "" : Self.firstLine(of: body)
            // Who knows the kind says in a Status that the object is not there.
            self.init(
                status == 404 ? .notServed : Self.code(status: status, reason: ""), subject: subject,
                message: Text("the server answered with status \(status)" + (text.isEmpty ? "" : ": \(text)")),
                status: status, retryAfter: retryAfter)
        }
    }

    /// Reads a Status, which also arrives in a watch.
    init(statusObject: Value, status: Int, retryAfter: Duration?, subject: Text, hidesContent: Bool) {
        let status = statusObject["code"]?.intValue.flatMap { Int(exactly: $0) } ?? status
        let reason = statusObject["reason"]?.stringValue ?? ""
        let details = statusObject["details"]
        let fields = (details?["causes"]?.arrayValue ?? []).compactMap { $0["field"]?.stringValue }
        // A write that names another UID is called invalid where the object is there, and a conflict where it is not.
        let isStranger = reason == "Invalid" && fields.contains("metadata.uid")
        // So is one that names a version where the server makes the object in a way of its own: Services before 1.24.
        let words = statusObject["message"]?.stringValue?.string ?? ""
        let isUnmade = status == 500 && words.contains(Self.versionOfNothing)
        // From 1.25 on servers answer as if they had failed to what does not fit the schema of its kind.
        let misfits = status == 500 ? Self.misfits(in: words) : nil
        let told = Self.code(status: status, reason: reason)
        let code = isStranger || isUnmade ? .conflict : misfits != nil ? .invalid : told
        let isHidden = hidesContent && Self.mayQuote(told, words)
        var message = statusObject["message"]?.stringValue ?? Text("the server answered with status \(status)")
        if isHidden {
            message = Text(
                "the server refused it (\(reason.isEmpty ? "status \(status)" : reason.string)); "
                    + "its words are withheld, since they may quote the content")
        }
        let named = (details?["causes"]?.arrayValue ?? []).prefix(100).map { cause in
            Cause(
                field: cause["field"]?.stringValue ?? "", reason: cause["reason"]?.stringValue ?? "",
                message: cause["message"]?.stringValue ?? "")
        }
        let causes = (misfits ?? named).map { cause in
            var cause = cause
            if isHidden { cause.message = Self.withheld(cause.message) }
            return cause
        }
        let seconds = details?["retryAfterSeconds"]?.intValue
        self.init(
            code, subject: subject, message: message, causes: causes, status: status,
            retryAfter: retryAfter ?? seconds.flatMap { $0 > 0 ? .seconds(min($0, 86_400)) : nil })
    }

    /// The fields that keep an object from being one of its kind, as
    /// `failed to create typed patch object (NAMESPACE/NAME; VERSION, Kind=KIND): .spec.a: field not declared in schema`
    /// names them; of several each has a line of its own, after `errors:`. `nil` for other words.
    private static func misfits(in words: String) -> [Cause]? {
        guard let begin = words.firstRange(of: "failed to create typed patch object") else { return nil }
        let rest = words[begin.upperBound...]
        guard let named = rest.firstRange(of: "): ") else { return [] }
        return rest[named.upperBound...].split(whereSeparator: \.isNewline).prefix(100).compactMap { line in
            guard let dot = line.firstIndex(of: "."), line[..<dot].allSatisfy(\.isWhitespace),
                let end = line[dot...].firstRange(of: ": ")
            else { return nil }
            let field = line[line.index(after: dot)..<end.lowerBound]
            let message = Text(String(line[end.upperBound...] as Substring))
            return Cause(field: Text(String(field)), reason: "FieldValueInvalid", message: message)
        }
    }

    private static let versionOfNothing = "resourceVersion should not be set on objects to be created"

    /// That a field cannot be changed is all that is told of what a server has against it.
    private static func withheld(_ words: Text) -> Text {
        words.string.contains("immutable") ? "withheld; the field is immutable" : "withheld"
    }

    /// Answers to a body that was not accepted may quote it. So may those of admission, whose webhooks and policies
    /// choose their code and words: of what is forbidden only the server's own reasons are known to say nothing of it.
    private static func mayQuote(_ code: Code, _ words: String) -> Bool {
        switch code {
        case .badRequest, .invalid, .serverError, .unsupportedMediaType, .tooLarge: true
        case .forbidden: !isServersOwn(words)
        default: words.contains("admission webhook") || words.contains("AdmissionPolicy")
        }
    }

    /// `secrets "NAME" is forbidden: REASON`, for reasons of the server itself.
    private static func isServersOwn(_ words: String) -> Bool {
        guard let colon = words.firstRange(of: " is forbidden: ") else { return false }
        let reasons = [
            "User \"", "unable to create new content in namespace", "exceeded quota", "violates PodSecurity",
        ]
        return reasons.contains { words[colon.upperBound...].hasPrefix($0) }
    }

    /// The reasons of `k8s.io/apimachinery/pkg/apis/meta/v1`, then HTTP's codes.
    static func code(status: Int, reason: Text) -> Code {
        switch reason.string {
        case "BadRequest": return .badRequest
        case "Unauthorized": return .unauthorized
        case "Forbidden": return .forbidden
        case "NotFound": return .notFound
        case "AlreadyExists": return .alreadyExists
        case "Conflict": return .conflict
        case "Gone", "Expired": return .expired
        case "Invalid": return .invalid
        case "ServerTimeout", "Timeout": return .timedOut
        case "TooManyRequests": return .tooManyRequests
        case "MethodNotAllowed": return .methodNotAllowed
        case "NotAcceptable": return .notAcceptable
        case "UnsupportedMediaType": return .unsupportedMediaType
        case "RequestEntityTooLarge": return .tooLarge
        case "InternalError": return .serverError
        case "ServiceUnavailable": return .unavailable
        default: break
        }
        switch status {
        case 400: return .badRequest
        case 401: return .unauthorized
        case 403: return .forbidden
        case 404: return .notFound
        case 405: return .methodNotAllowed
        case 406: return .notAcceptable
        case 408, 504: return .timedOut
        case 409: return .conflict
        case 410: return .expired
        case 413: return .tooLarge
        case 415: return .unsupportedMediaType
        case 422: return .invalid
        case 429: return .tooManyRequests
        case 502, 503: return .unavailable
        case 500...599: return .serverError
        default: return .badAnswer
        }
    }

    private static func firstLine(of body: [UInt8]) -> String {
        let line = body.prefix(400).prefix { $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }
        return String(decoding: line.prefix(200), as: UTF8.self)
    }
}
