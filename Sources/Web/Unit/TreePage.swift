// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import API
import Manifest
package import Model

/// What a unit applied and what that owns, down to Pods: read when somebody opens the page, and not again until somebody
/// asks.
package struct TreePage: Sendable {
    let view: UnitTree
    let times: Moments

    package init(_ view: UnitTree, now: Time) {
        self.view = view
        times = Moments(now: now)
    }

    package var content: PageContent {
        PageContent(Text("Objects of \(view.unit.words) · \(view.unit.fleet)"), in: .overview) {
            Crumbs(view.unit, here: "Objects").html
            Panel.heading(Text("Objects of \(view.unit.words)")) {
                H.p(.class("hint")) {
                    "As the target showed them at "
                    times.moment(times.now)
                    ", to the project's account. "
                    H.a(.href(view.unit.link("tree"))) { "Look again" }
                }
            }
            H.div(.dataPart("tree")) {
                if !view.tree.remarks.isEmpty {
                    Panel.callout(.careful, .unknown, "This is not all") {
                        for remark in view.tree.remarks.prefix(20) {
                            H.p { Words.cut(remark, to: 1000).appending(".") }
                        }
                    }
                }
                if view.tree.items.isEmpty {
                    Panel.empty("Nothing is applied yet", "What the unit applies is shown here, and what that owns.")
                } else {
                    list(view.tree.items)
                }
            }
        }
    }

    private func list(_ nodes: [ObjectTree.Node]) -> HTML {
        H.ul(.class("objects")) {
            for node in nodes {
                H.li {
                    H.div(.class("object-row")) {
                        node.object.html
                        if let health = node.health { health.health.badge }
                    }
                    if let reason = node.health?.reason, !reason.isEmpty {
                        H.p(.class("origin")) { Words.cut(reason, to: 1000) }
                    }
                    if !node.containers.isEmpty { containers(node.containers) }
                    if !node.owned.isEmpty { list(node.owned) }
                }
            }
        }
    }

    private func containers(_ containers: [ObjectTree.Container]) -> HTML {
        H.ul(.class("containers"), .ariaLabel("Containers")) {
            for container in containers {
                H.li {
                    H.strong { Words.cut(container.name, to: 253) }
                    " \(container.words)"
                    if !container.reason.isEmpty { Words.cut(Text(": \(container.reason)"), to: 1000) }
                }
            }
        }
    }
}

extension ObjectTree.Container {
    /// `running, not ready, 3 restarts`
    fileprivate var words: String {
        var words = [state.rawValue]
        if state == .running, !isReady { words.append("not ready") }
        if restarts > 0 { words.append(Words.counted(restarts, "restart")) }
        return words.joined(separator: ", ")
    }
}
