// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import TestSupport
import Testing

/// What stands before a server in the tests of canaries changes nothing, and misses nothing.
@Suite(.timeLimit(.minutes(5))) struct RecordingProxyTests {
    @Test func `both sides are passed on and kept`() async throws {
        try await ScriptedServer.with({ request in .json("heard \(String(decoding: request.body, as: UTF8.self))") }) {
            server in
            try await RecordingProxy.with(before: server.port) { proxy in
                let client = HTTPClient(eventLoopGroupProvider: .singleton)
                for number in 0..<3 {
                    var request = HTTPClientRequest(url: "http://127.0.0.1:\(proxy.port)/asked")
                    request.method = .POST
                    request.body = .bytes(ByteBuffer(string: "words-\(number)"))
                    let answer = try await client.execute(request, timeout: .seconds(10))
                    #expect(String(buffer: try await answer.body.collect(upTo: 100)) == "heard words-\(number)")
                }
                try await client.shutdown()
                let (sent, answered) = (String(decoding: proxy.sent, as: UTF8.self), proxy.answered)
                #expect(sent.contains("POST /asked") && sent.contains("words-0") && sent.contains("words-2"))
                #expect(String(decoding: answered, as: UTF8.self).contains("heard words-1"))
            }
        }
    }
}
