// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation
import NIOCore
import NIOPosix
import NIOSSL
import Server
import Manifest
import TestSupport
import Testing

/// A connection that speaks HTTP/2 frame by frame, and keeps to no rule that a test does not want kept.
enum FrameConnection {
    struct Frame: Sendable {
        var kind: UInt8
        var flags: UInt8
        var stream: UInt32
        var payload: [UInt8]

        static let (data, headers, reset, settings): (UInt8, UInt8, UInt8, UInt8) = (0, 1, 3, 4)
        static let (ping, farewell, continuation): (UInt8, UInt8, UInt8) = (6, 7, 9)
        static let (endStream, endHeaders): (UInt8, UInt8) = (1, 4)

        var bytes: [UInt8] {
            let length = payload.count
            let head = [UInt8(length >> 16 & 0xFF), UInt8(length >> 8 & 0xFF), UInt8(length & 0xFF), kind, flags]
            return head + (0..<4).map { UInt8(truncatingIfNeeded: stream >> (24 - 8 * $0)) } + payload
        }

        /// Of a reset, or a farewell.
        var reason: UInt8? {
            kind == Self.reset || kind == Self.farewell ? payload.dropFirst(kind == 3 ? 3 : 7).first : nil
        }
    }

    struct Exchange: Sendable {
        var frames: [Frame]
        /// By the server.
        var isClosed: Bool

        /// Nobody waits for more than this.
        var isEndless: Bool { frames.count > 20_000 }
        var body: String {
            String(decoding: frames.filter { $0.kind == Frame.data }.flatMap(\.payload), as: UTF8.self)
        }
        /// 200, which is a byte of its own in HPACK.
        var accepted: Int { frames.count { $0.kind == Frame.headers && $0.payload.first == 0x88 } }
        var farewells: [UInt8] { frames.compactMap { $0.kind == Frame.farewell ? $0.reason : nil } }
        var resets: [Frame] { frames.filter { $0.kind == Frame.reset } }
    }

    /// Sends a preface and these frames, and takes in what comes until there is enough or the server closes.
    ///
    /// - Parameter isPolite: answers pings.
    static func exchange(
        _ port: Int, _ frames: [Frame], isPolite: Bool = true,
        until hasEnough: @escaping @Sendable (Exchange) -> Bool = { _ in false }
    ) async throws -> Exchange {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.certificateVerification = .none
        configuration.applicationProtocols = ["h2"]
        let context = try NIOSSLContext(configuration: configuration)
        let connection = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        try NIOSSLClientHandler(context: context, serverHostname: "localhost"))
                    return try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        var exchange = Exchange(frames: [], isClosed: false)
        do {
            try await connection.executeThenClose { inbound, outbound in
                let opening = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8) + frame(Frame.settings, []).bytes
                try await outbound.write(ByteBuffer(bytes: opening))
                var pieces = frames[...]
                // Not all in one: the server may close in between.
                while !pieces.isEmpty {
                    try? await outbound.write(ByteBuffer(bytes: pieces.prefix(50).flatMap(\.bytes)))
                    pieces = pieces.dropFirst(50)
                }
                var rest: [UInt8] = []
                for try await piece in inbound {
                    rest += Array(piece.readableBytesView)
                    for new in take(&rest) {
                        exchange.frames.append(new)
                        guard isPolite, new.kind == Frame.ping, new.flags == 0 else { continue }
                        try? await outbound.write(ByteBuffer(bytes: frame(Frame.ping, new.payload, flags: 1).bytes))
                    }
                    if exchange.isEndless || hasEnough(exchange) { return }
                }
                exchange.isClosed = true
            }
        } catch {
            exchange.isClosed = true
        }
        return exchange
    }

    /// The frames that are whole.
    private static func take(_ bytes: inout [UInt8]) -> [Frame] {
        var (frames, start): ([Frame], Int) = ([], 0)
        while bytes.count - start >= 9 {
            let head = bytes[start..<start + 9].map { UInt32($0) }
            let length = Int(head[0] << 16 | head[1] << 8 | head[2])
            guard bytes.count - start >= 9 + length else { break }
            frames.append(
                Frame(
                    kind: UInt8(head[3]), flags: UInt8(head[4]),
                    stream: head[5] << 24 | head[6] << 16 | head[7] << 8 | head[8],
                    payload: Array(bytes[start + 9..<start + 9 + length])))
            start += 9 + length
        }
        bytes.removeFirst(start)
        return frames
    }

    static func frame(_ kind: UInt8, _ payload: [UInt8], flags: UInt8 = 0, stream: UInt32 = 0) -> Frame {
        Frame(kind: kind, flags: flags, stream: stream, payload: payload)
    }

    /// The head of a request, with fields as they are given.
    static func head(
        _ path: String = "/healthz", _ fields: [(String, String)] = [], method: String = "GET",
        stream: UInt32 = 1, flags: UInt8 = Frame.endStream | Frame.endHeaders
    ) -> Frame {
        let all = [(":method", method), (":scheme", "https"), (":authority", "localhost"), (":path", path)] + fields
        return frame(Frame.headers, block(all), flags: flags, stream: stream)
    }

    /// HPACK without any of its savings.
    static func block(_ fields: [(String, String)]) -> [UInt8] {
        fields.flatMap { name, value in [0] + text(name) + text(value) }
    }

    private static func text(_ string: String) -> [UInt8] {
        let bytes = Array(string.utf8)
        guard bytes.count >= 127 else { return [UInt8(bytes.count)] + bytes }
        var (length, rest): ([UInt8], Int) = ([127], bytes.count - 127)
        while rest >= 128 {
            length.append(UInt8(rest & 0x7F | 0x80))
            rest >>= 7
        }
        return length + [UInt8(rest)] + bytes
    }
}

/// A certificate of its own for localhost, and its key.
func makeCertificate(_ name: String, in folder: URL) async throws -> TLSFiles {
    let (certificate, key) = (folder.path + "/\(name).crt", folder.path + "/\(name).key")
    let result = try await Blocking.run {
        try TestProcess.run(
            "/usr/bin/env",
            [
                "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                "-days", "2", "-subj", "/CN=\(name)", "-addext", "subjectAltName=DNS:localhost", "-keyout", key,
                "-out", certificate,
            ])
    }
    #expect(result.status == 0, "\(result.text)")
    return TLSFiles(certificate: Text(certificate), key: Text(key))
}
