// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model

/// What a Pod's status says of its containers.
enum PodContainers {
    /// So many of one Pod, and so much of what a runtime says of one.
    private static let (most, longest) = (50, 1000)

    static func of(_ pod: Value) -> [ObjectTree.Container] {
        let lists: [Text] = ["initContainerStatuses", "containerStatuses", "ephemeralContainerStatuses"]
        return lists.flatMap { pod["status"]?[$0]?.arrayValue ?? [] }.prefix(most).map(container)
    }

    private static func container(_ status: Value) -> ObjectTree.Container {
        let (state, last) = (status["state"], status["lastState"]?["terminated"])
        var reason = ""
        let kind: ObjectTree.Container.State
        if let ended = state?["terminated"] {
            kind = .ended
            reason = ending(ended)
        } else if state?["running"] != nil {
            kind = .running
        } else {
            kind = .waiting
            reason = words(state?["waiting"] ?? .null)
        }
        if kind != .ended, let last {
            reason += (reason.isEmpty ? "" : "; ") + "ended before: \(ending(last))"
        }
        return ObjectTree.Container(
            name: status["name"]?.stringValue ?? "", state: kind, isReady: status["ready"] == true,
            restarts: Int(clamping: status["restartCount"]?.intValue ?? 0), reason: Text(String(reason.prefix(longest)))
        )
    }

    /// `reason: message`, as far as there are any.
    private static func words(_ state: Value) -> String {
        [state["reason"]?.stringValue, state["message"]?.stringValue].compactMap { $0?.string }
            .filter { !$0.isEmpty }.joined(separator: ": ")
    }

    private static func ending(_ ended: Value) -> String {
        let code = ended["exitCode"]?.intValue.map { "exit code \($0)" } ?? ""
        let said = words(ended)
        return said.isEmpty ? code : code.isEmpty ? said : "\(said) (\(code))"
    }
}
