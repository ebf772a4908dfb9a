// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import FoundationEssentials
import Manifest
import Subprocess
import SystemPackage

/// What an exec plugin printed: an ExecCredential.
struct ExecCredential: Sendable {
    var token: Secret<Text>?
    /// PEM.
    var certificate: (chain: [UInt8], key: Secret<[UInt8]>)?
    var expires: Date?

    private static let deadline: Duration = .seconds(60)
    private static let outputLimit = 1 << 20

    /// Runs the program to its end. It has the agent's environment and what the kubeconfig adds.
    static func ask(_ plugin: ExecPlugin, info: Value) async throws(KubernetesError) -> ExecCredential {
        func fail(_ reason: String) -> KubernetesError {
            KubernetesError(.configuration, subject: Text("exec plugin \(plugin.command)"), message: Text(reason))
        }
        let printed: [UInt8]
        do {
            printed = try await run(plugin, info: info)
        } catch let error as KubernetesError {
            throw error
        } catch is CancellationError {
            throw .cancelled(plugin.command)
        } catch {
            let hint = plugin.installHint.map { "; \($0)" } ?? ""
            throw fail("cannot be run: \(error)\(hint)")
        }
        // The words of a reader's error could quote the token.
        guard
            let answer = try? JSON.read(
                printed, budget: Budget(bytes: outputLimit, depth: 16, nodes: 1000, documents: 1)),
            answer["kind"]?.stringValue == "ExecCredential"
        else { throw fail("printed no ExecCredential") }
        guard answer["apiVersion"]?.stringValue == plugin.apiVersion else {
            throw fail("printed another apiVersion than the kubeconfig asks for, \(plugin.apiVersion)")
        }
        guard let credential = ExecCredential(answer["status"] ?? .null) else {
            throw fail("printed neither a token nor a certificate with its key")
        }
        return credential
    }

    init?(_ status: Value) {
        if let text = status["token"]?.stringValue, !text.isEmpty { token = Secret(text) }
        if let chain = status["clientCertificateData"]?.stringValue, let key = status["clientKeyData"]?.stringValue {
            certificate = (Array(chain.utf8), Secret(Array(key.utf8)))
        }
        guard token != nil || certificate != nil else { return nil }
        if let text = status["expirationTimestamp"]?.stringValue {
            // Parts of a second do not matter, and the parser does not know them.
            let seconds = text.string.prefix { $0 != "." }
            let whole = seconds.count == text.string.count ? text.string : seconds + "Z"
            expires = try? Date(whole, strategy: .iso8601)
        }
    }

    private static func run(_ plugin: ExecPlugin, info: Value) async throws -> [UInt8] {
        var variables: [Environment.Key: String] = [
            "KUBERNETES_EXEC_INFO": String(decoding: JSON.write(info), as: UTF8.self)
        ]
        for (name, value) in plugin.environment { variables[.init(stringLiteral: name.string)] = value.string }
        var options = PlatformOptions()
        options.processGroupID = 0
        options.teardownSequence = [
            .gracefulShutDown(toProcessGroup: true, allowedDurationToNextStep: .milliseconds(500))
        ]
        let isPath = plugin.command.utf8.contains(UInt8(ascii: "/"))
        let executable: Executable = isPath ? .path(FilePath(plugin.command.string)) : .name(plugin.command.string)
        let result = try await withDeadline(deadline, of: Text("exec plugin \(plugin.command)")) {
            [options, variables] in
            try await Subprocess.run(
                executable, arguments: Arguments(plugin.arguments.map(\.string)),
                environment: .inherit.updating(variables), platformOptions: options, input: .none,
                output: .bytes(limit: outputLimit), error: .string(limit: 64 << 10, encoding: UTF8.self))
        }
        try Task.checkCancellation()
        guard result.terminationStatus == .exited(0) else {
            let words = result.standardError.split(separator: "\n").last.map { ": \($0.prefix(200))" } ?? ""
            throw KubernetesError(
                .configuration, subject: Text("exec plugin \(plugin.command)"),
                message: Text("ended with \(result.terminationStatus)\(words)"))
        }
        return result.standardOutput
    }
}
