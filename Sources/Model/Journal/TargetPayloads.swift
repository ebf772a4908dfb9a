// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// A cluster says of itself something else than before: what charts are rendered with from here on.
package struct CapabilitiesSeen: Payload {
    package static let kind = EventKind.capabilitiesSeen
    package var target: TargetName
    package var capabilities: Capabilities

    package init(target: TargetName, capabilities: Capabilities) {
        self.target = target
        self.capabilities = capabilities
    }

    package var value: Value {
        .fields([
            "target": .string(target.text), "kubernetes": capabilities.kubeVersion.map(Value.string),
            "apiVersions": .array(capabilities.apiVersions.map(Value.string)),
        ])
    }

    package init?(_ value: Value) {
        guard let target = value["target"]?.stringValue.flatMap(TargetName.init) else { return nil }
        self.init(
            target: target,
            capabilities: Capabilities(
                kubeVersion: value["kubernetes"]?.stringValue, apiVersions: value["apiVersions"]?.textsValue ?? []))
    }

    package var draft: EventDraft { EventDraft(kind: Self.kind, payload: value) }
}
