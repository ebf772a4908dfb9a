// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import ArgumentParser
import Manifest
import Model

/// May who do what?
struct QuestionOptions: ParsableArguments {
    @Argument(
        help: ArgumentHelp(
            "What: read, sync, pause, rollback, confirm, approve, accept, audit, admin.", valueName: "verb"))
    var verb: Verb

    @Argument(
        help: ArgumentHelp("With which unit: web@prod. Without one: with the fleet as a whole.", valueName: "unit"))
    var unit: UnitPattern?

    @Option(
        name: .customLong("as"),
        help: ArgumentHelp(
            "Ask about somebody else: ada@example.org (a user), token:ci, workload:github. Needs the right to administer.",
            valueName: "name"))
    var subject: String?

    @Option(
        name: .customLong("group"),
        help: ArgumentHelp("A group that they are in. May be repeated.", valueName: "name"))
    var groups: [String] = []

    @Option(
        name: .customLong("claim"),
        help: ArgumentHelp(
            "What the token of a workload says: repository=acme/shop. May be repeated.", valueName: "name=value"))
    var claims: [String] = []

    func validate() throws {
        if subject == nil, !groups.isEmpty { throw ValidationError("--group goes with --as") }
        if subject == nil, !claims.isEmpty { throw ValidationError("--claim goes with --as workload:PROVIDER") }
        _ = try subjectAsked
    }

    private var subjectAsked: AccessQuestion.Subject? {
        get throws {
            guard let subject else { return nil }
            let program = "workload:"
            if subject.hasPrefix(program) {
                let workload = Text(String(subject.dropFirst(program.count)))
                guard let asked = AccessQuestion.Subject(workload: workload, claims: claims.map { Text($0) }),
                    groups.isEmpty
                else {
                    throw ValidationError(
                        "\"\(subject)\" is no workload:PROVIDER, has groups, or a --claim is not NAME=VALUE, each once")
                }
                return asked
            }
            guard claims.isEmpty else { throw ValidationError("--claim goes with --as workload:PROVIDER") }
            let prefix = "token:"
            guard subject.hasPrefix(prefix) else { return .user(Text(subject), groups: groups.map { Text($0) }) }
            guard let name = TokenName(Text(String(subject.dropFirst(prefix.count)))), groups.isEmpty else {
                throw ValidationError("\"\(subject)\" is no token, or has groups")
            }
            return .token(name)
        }
    }

    func ask(_ request: EngineRequest) async throws -> AccessAnswer {
        let (verb, unit, subject) = (verb, unit, try subjectAsked)
        let principal = Principal.local(Environment.current.actor())
        return try await EngineAccess(request: request).with { engine in
            var question = AccessQuestion(verb: verb, subject: subject)
            if let unit { question.unit = try await UnitArgument(unit: unit).find(in: engine).unit }
            return try await engine.decide(question, for: principal)
        }
    }
}
