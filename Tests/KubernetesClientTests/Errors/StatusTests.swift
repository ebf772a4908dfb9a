// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Testing

@testable import KubernetesClient

struct StatusTests {
    private func error(_ status: Int, _ body: String) -> KubernetesError {
        KubernetesError(
            status: status, body: Array(body.utf8), retryAfter: nil, subject: "Pod/shop/a", hidesContent: false)
    }

    @Test func `a Status tells code, words and fields`() {
        let error = error(
            422,
            """
            {"kind":"Status","reason":"Invalid","message":"Pod \\"a\\" is invalid","code":422,"details":{"causes":[
              {"reason":"FieldValueRequired","message":"Required value","field":"spec.containers"}]}}
            """)
        #expect(error.code == .invalid)
        #expect(error.description == "Pod/shop/a: Pod \"a\" is invalid")
        #expect(
            error.causes == [.init(field: "spec.containers", reason: "FieldValueRequired", message: "Required value")])
        #expect(!error.isImmutableField)
    }

    @Test func `a path that is not served says nothing of an object`() {
        #expect(error(404, "404 page not found\n").code == .notServed)
        #expect(error(404, "").code == .notServed)
        #expect(error(404, #"{"kind":"Status","reason":"NotFound","code":404}"#).code == .notFound)
    }

    @Test func `a field that cannot change is known as such`() {
        let causes =
            #"{"causes":[{"reason":"FieldValueInvalid","message":"Invalid value: 1: field is immutable","field":"spec.selector"}]}"#
        #expect(error(422, #"{"kind":"Status","reason":"Invalid","details":\#(causes)}"#).isImmutableField)
    }

    @Test func `a conflict names who owns which field`() {
        let error = error(
            409,
            """
            {"kind":"Status","reason":"Conflict","details":{"causes":[{"reason":"FieldManagerConflict",
             "message":"conflict with \\"kubectl-edit\\" using apps/v1","field":".spec.replicas"}]}}
            """)
        #expect(error.ownershipConflicts.map(\.manager) == ["kubectl-edit"])
        #expect(error.ownershipConflicts.map(\.field) == [".spec.replicas"])
    }

    @Test func `another UID is a conflict, whatever the server calls it`() {
        let causes =
            #"{"causes":[{"reason":"FieldValueInvalid","message":"field is immutable","field":"metadata.uid"}]}"#
        #expect(error(422, #"{"kind":"Status","reason":"Invalid","details":\#(causes)}"#).code == .conflict)
    }

    @Test func `a version of what is to be made is a conflict, whatever the server calls it`() {
        let body =
            #"{"kind":"Status","message":"resourceVersion should not be set on objects to be created","code":500}"#
        #expect(error(500, body).code == .conflict)
        #expect(error(500, #"{"kind":"Status","message":"etcdserver: no leader","code":500}"#).code == .serverError)
    }

    @Test(arguments: [
        (".spec.replica: field not declared in schema", ["spec.replica"]),
        (
            #"errors:\n  .spec.a: field not declared in schema\n  .spec.b[name=\"x\"].c: expected string, got 7"#,
            ["spec.a", "spec.b[name=\"x\"].c"]
        ),
        ("something else", []),
    ])
    func `what does not fit its kind is invalid, and not a failure of the server`(words: String, fields: [Text]) {
        let body =
            #"{"kind":"Status","reason":"InternalError","code":500,"message":"failed to create typed patch object "#
            + #"(shop/web; apps/v1, Kind=Deployment): \#(words)"}"#
        let invalid = error(500, body)
        #expect(invalid.code == .invalid && !invalid.isTransient && invalid.causes.map(\.field) == fields)
        let secret = KubernetesError(
            status: 500, body: Array(body.utf8), retryAfter: nil, subject: "Secret/shop/s", hidesContent: true)
        #expect(secret.code == .invalid && secret.causes.map(\.field) == fields)
        #expect(!"\(secret) \(secret.causes)".contains("expected string"))
        #expect(error(500, body.replacing("patch", with: "live")).code == .serverError)
    }

    @Test func `the server's wish to wait is read from the Status, too`() {
        #expect(
            error(503, #"{"kind":"Status","reason":"ServiceUnavailable","details":{"retryAfterSeconds":3}}"#).retryAfter
                == .seconds(3))
    }

    @Test(arguments: [(502, KubernetesError.Code.unavailable), (504, .timedOut), (413, .tooLarge), (418, .badAnswer)])
    func `what is no Status is known by its number`(status: Int, code: KubernetesError.Code) {
        let error = error(status, "<html>\nnginx")
        #expect(error.code == code)
        #expect(error.description == "Pod/shop/a: the server answered with status \(status): <html>")
    }

    // MARK: About what must not be seen

    private func hiding(_ status: Int, _ reason: String, _ words: String) -> String {
        let body = #"{"kind":"Status","reason":"\#(reason)","code":\#(status),"message":"\#(words)"}"#
        let error = KubernetesError(
            status: status, body: Array(body.utf8), retryAfter: nil, subject: "Secret/shop/a", hidesContent: true)
        return error.description
    }

    @Test(arguments: [
        (403, "Forbidden", #"secrets \"a\" is forbidden: ValidatingAdmissionPolicy 'p' denied request: no hunter2"#),
        (403, "Forbidden", #"admission webhook \"w.example.org\" denied the request: no hunter2"#),
        (403, "", "no hunter2"), (422, "Invalid", "no hunter2"), (400, "", "no hunter2"), (500, "", "no hunter2"),
        (409, "Conflict", #"admission webhook \"w.example.org\" denied the request: no hunter2"#),
        (401, "Unauthorized", #"secrets \"a\" ValidatingAdmissionPolicy 'p' denied request: no hunter2"#),
    ])
    func `admission chooses its words, and they are withheld`(_ status: Int, _ reason: String, _ words: String) {
        let told = hiding(status, reason, words)
        #expect(!told.contains("hunter2") && told.contains("withheld"), "\(told)")
    }

    @Test(arguments: [
        #"User \"shop\" cannot patch resource \"secrets\" in API group \"\" in the namespace \"shop\""#,
        "unable to create new content in namespace shop because it is being terminated",
        "exceeded quota: few, requested: secrets=1, used: secrets=3, limited: secrets=3",
    ])
    func `what a server says of rights and room is told`(_ words: String) {
        let told = hiding(403, "Forbidden", #"secrets \"a\" is forbidden: "# + words)
        #expect(told.hasSuffix(words.replacing(#"\""#, with: "\"")), "\(told)")
    }

    @Test func `that a field is immutable is told of what must not be seen, and nothing else`() {
        let body = #"""
            {"kind":"Status","reason":"Invalid","code":422,"message":"no","details":{"causes":[
              {"reason":"FieldValueInvalid","message":"Invalid value: \"hunter2\": field is immutable","field":"type"}]}}
            """#
        let error = KubernetesError(
            status: 422, body: Array(body.utf8), retryAfter: nil, subject: "Secret/shop/a", hidesContent: true)
        #expect(error.isImmutableField)
        #expect(error.causes.map(\.message) == ["withheld; the field is immutable"])
    }
}
