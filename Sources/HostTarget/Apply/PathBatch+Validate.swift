// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Engine
import Manifest
import Model

extension PathBatch {
    /// Asks the commands of all files, once each, while the new files are in place and nothing uses them yet. When one
    /// says no, or a file could not be written, everything is put back.
    mutating func validate(on root: Root) async throws(TargetError) {
        var commands: [Text] = []
        for command in writes.flatMap(\.validate) where !commands.contains(command) { commands.append(command) }
        guard !commands.isEmpty else { return }
        var fault: HostFault?
        if let failed = writes.first(where: { $0.fault != nil }) {
            fault = HostFault("\(failed.path) could not be written")
        } else {
            let secret = writes.first(where: \.isPrivate)?.path
            fault = try await lanes.run { [commands] in Self.objection(commands, on: root, beside: secret) }
        }
        guard let fault else {
            CrashPoint.reached("host.batch.validated")
            return
        }
        watched.expect(writes.filter(\.isInPlace).map { ($0.located.real, $0.before) })
        try await step(all: true) { write throws(HostFault) in
            try write.swapBack()
            CrashPoint.reached("host.file.put-back")
        }
        try await syncFolders()
        for index in writes.indices where writes[index].fault == nil {
            writes[index].fault = HostFault("put back, because \(fault.reason)")
        }
    }

    /// - Parameter secret: a file among the new ones that others may not read. Programs quote what they do not like, so
    ///   their words are withheld then.
    private static func objection(_ commands: [Text], on root: Root, beside secret: HostPath?) -> HostFault? {
        for command in commands {
            do throws(HostFault) {
                var result = try Command(line: command).run(on: root)
                if result.isSuccess { continue }
                if let secret, !result.output.isEmpty {
                    result.output = "its words are withheld, since they may quote \(secret), which others may not read"
                }
                return result.fault("the command \(command)")
            } catch {
                return error
            }
        }
        return nil
    }
}
