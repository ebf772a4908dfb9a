// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Fleet
import Manifest
import NIOPosix
import Notifications
import Secrets
import Telemetry

/// Who is told of traces: the operator's file `traces.yaml` of the state folder, which nobody else may read.
///
/// ```yaml
/// otlp: {url: "https://collector.example.org:4318", token: …}
/// ```
struct TraceCollector: Sendable {
    /// Without `/v1/traces`.
    var url: Secret<Text>
    var header: Text
    var token: Secret<Text>?

    init(_ bytes: [UInt8], file: Text) throws(ReceiverError) {
        do throws(OperatorFileError) { self = try Self.shape.decode(bytes, file: file) } catch {
            throw ReceiverError(error.reason)
        }
    }

    /// `nil` when there is no such file.
    static func read(state: String) async throws(ReceiverError) -> TraceCollector? {
        let path = state + "/traces.yaml"
        let bytes: [UInt8]?
        do {
            bytes = try await NIOThreadPool.singleton.runIfActive {
                guard let mode = KeyFiles.permissions(path) else { return nil }
                guard mode & 0o077 == 0 else {
                    throw ReceiverError("\(Text(path)): others may read it; chmod 600 it")
                }
                return try KeyFiles.read(path)
            }
        } catch {
            throw error as? ReceiverError ?? ReceiverError("\(Text(path)): cannot be read")
        }
        return try bytes.map { bytes throws(ReceiverError) in try TraceCollector(bytes, file: Text(path)) }
    }

    func request(telling body: [UInt8], key: Text) -> OutgoingRequest {
        OutgoingRequest(
            url: Secret(url.withExposed { "\($0)\(OTLP.path)" }), headers: [("content-type", "application/json")],
            token: token.map { (header, $0) }, body: body, key: key)
    }

    private init(url: Secret<Text>, header: Text, token: Secret<Text>?) {
        (self.url, self.header, self.token) = (url, header, token)
    }

    private enum Allowance: String, Sendable, CaseIterable { case plainHTTP }

    private struct File: Sendable {
        var collector: TraceCollector
        var allowed: [Allowance]
    }

    private static let shape = Shape<File>.object(
        Field.required("otlp", otlp, "A collector that takes OTLP over HTTP."),
        Field.optional("allow", .list(of: Shape<Allowance>.choice()), default: [], "plainHTTP, or nothing.")
    ) { File(collector: $0, allowed: $1) }
    .checked { file in
        let isPlain = file.collector.url.withExposed { !$0.utf8.starts(with: "https://".utf8) }
        return isPlain && !file.allowed.contains(.plainHTTP)
            ? "is sent over plain HTTP, which others can read and change; \"allow: [plainHTTP]\" lets it" : nil
    }
    .map { $0.collector }

    private static let otlp = Shape<TraceCollector>.object(
        Field.required("url", Receiver.address, "Its address, without /v1/traces."),
        Field.optional("token", Receiver.secret, "Sent as \"authorization: Bearer\", or as \"header\" says."),
        Field.optional("header", Receiver.secret, "The header that carries the token as it is.")
    ) { url, token, header in
        let name = header.map { $0.withExposed { $0 } }
        return TraceCollector(
            url: url, header: name ?? "authorization",
            token: token.map { token in name == nil ? Secret(token.withExposed { "Bearer \($0)" }) : token })
    }
}
