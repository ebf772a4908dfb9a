// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Commands
import Foundation
import Manifest
import Model
import TestSupport
import Testing

/// docs/openapi.json is what the program says, and a validator that others wrote accepts it.
@Suite struct APIReferenceTests {
    private let file = Script.folder.appending(path: "../../../docs/openapi.json")

    @Test func `the document in docs is what the routes say`() async throws {
        let capture = Capture()
        let environment = capture.environment(Sample.engine, folder: "/nonexistent")
        #expect(await Invocation.run(["api-reference"], in: environment) == .success)
        if ProcessInfo.processInfo.environment["TRIMTAB_UPDATE_SCRIPTS"] != nil {
            try Data(capture.output.utf8).write(to: file)
        }
        #expect(
            try String(contentsOf: file, encoding: .utf8) == capture.output, "trimtab api-reference > docs/openapi.json"
        )
    }

    @Test(.enabled(if: OpenAPIValidator.python != nil, "needs scripts/lab/openapi"))
    func `an independent validator accepts it`() throws {
        let said = try OpenAPIValidator.check([file.path])
        #expect(said.status == 0, "\(said.text)")
        // One that cannot refuse shows nothing.
        let broken = URL(fileURLWithPath: NSTemporaryDirectory()).appending(path: "trimtab-openapi-\(UUID()).json")
        defer { try? FileManager.default.removeItem(at: broken) }
        let text = try String(contentsOf: file, encoding: .utf8)
        try Data(text.replacing("\"in\": \"query\"", with: "\"in\": \"qurey\"").utf8).write(to: broken)
        #expect(try OpenAPIValidator.check([broken.path]).status == 1)
    }
}
