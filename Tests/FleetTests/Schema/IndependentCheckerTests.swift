// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Fleet
import Foundation
import Manifest
import TestSupport
import Testing

/// Debian's python3-jsonschema, which knows nothing of us, about the same declarations.
@Suite struct IndependentCheckerTests {
    private static let program = """
        json, sys, jsonschema = map(__import__, ["json", "sys", "jsonschema"])
        schema, values = (json.load(open(path)) for path in sys.argv[1:3])
        jsonschema.Draft202012Validator.check_schema(schema)
        checker = jsonschema.Draft202012Validator(schema)
        print(json.dumps([checker.is_valid(value) for value in values]))
        """

    static let isThere = (try? python(["-c", "import jsonschema; jsonschema.Draft202012Validator"]))?.status == 0

    @Test(.enabled(if: isThere, "needs python3-jsonschema"))
    func `the schema is one by its standard, and tells good from bad`() async throws {
        let good = try DeclarationSamples.documents(DeclarationSamples.good)
        let bad = try DeclarationSamples.documents(DeclarationSamples.bad)
        try await withScratchFolder { folder in
            let files = ["schema.json", "values.json"].map { folder.appending(path: $0) }
            let values = Value.array((good + bad).map(\.value))
            for (file, value) in zip(files, [KindSchema.document(for: FleetKind.schemas), values]) {
                try Data(JSON.write(value, style: .compact)).write(to: file)
            }
            let (status, output) = try Self.python(["-c", Self.program] + files.map(\.path))
            #expect(status == 0)
            let verdicts = try #require(try JSON.read(output).arrayValue).map { $0.boolValue ?? false }
            #expect(verdicts.count == good.count + bad.count)
            for (verdict, sample) in zip(verdicts, good) { #expect(verdict, "\(sample.text)") }
            for (verdict, sample) in zip(verdicts.dropFirst(good.count), bad) { #expect(!verdict, "\(sample.text)") }
        }
    }

    private static func python(_ arguments: [String]) throws -> (status: Int32, output: [UInt8]) {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3"] + arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        try process.run()
        let output = [UInt8](try pipe.fileHandleForReading.readToEnd() ?? Data())
        process.waitUntilExit()
        return (process.terminationStatus, output)
    }
}
