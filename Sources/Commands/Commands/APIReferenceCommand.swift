// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import ArgumentParser
import Manifest

/// Prints docs/openapi.json.
struct APIReferenceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "api-reference", abstract: "Print the OpenAPI document of the HTTP API.", shouldDisplay: false)

    func run() throws {
        let text = String(decoding: JSON.write(APIDocument.json(), style: .pretty), as: UTF8.self)
        Environment.current.terminal.write(text.hasSuffix("\n") ? text : text + "\n")
    }
}
