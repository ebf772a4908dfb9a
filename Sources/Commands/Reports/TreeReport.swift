// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import API
import Manifest
import Model

/// The live objects of a unit for people, each below its owner.
package struct TreeReport {
    package var tree: UnitTree

    package init(_ tree: UnitTree) { self.tree = tree }

    package var lines: [Line] {
        var lines = [Line(tree.unit.description, .bold)]
        if tree.tree.items.isEmpty { lines.append("  nothing is applied yet") }
        for node in tree.tree.items { add(node, depth: 1, to: &lines) }
        return lines + tree.tree.remarks.map { Line("note: ", .cyan) + Line($0.string) }
    }

    private func add(_ node: ObjectTree.Node, depth: Int, to lines: inout [Line]) {
        let indent = Line(String(repeating: "  ", count: depth))
        var line = indent + Line(node.object.description)
        if let health = node.health {
            line += "  " + health.health.line
            if !health.reason.isEmpty { line += Line(": \(health.reason)") }
        }
        lines.append(line)
        for container in node.containers {
            lines.append(indent + "    " + Line(container.name.string, .faint) + Line(" \(words(container))"))
        }
        for owned in node.owned { add(owned, depth: depth + 1, to: &lines) }
    }

    private func words(_ container: ObjectTree.Container) -> String {
        var words = [container.state.rawValue]
        if container.state == .running, !container.isReady { words.append("not ready") }
        if container.restarts > 0 { words.append(counted(container.restarts, "restart")) }
        let said = words.joined(separator: ", ")
        return container.reason.isEmpty ? said : "\(said): \(container.reason)"
    }
}
