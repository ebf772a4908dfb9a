// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// One object that a unit declares, as rendered.
package struct DesiredObject: Sendable, Hashable {
    package var id: ObjectID
    /// `host.trimtab.dev/v1alpha1`.
    package var apiVersion: Text
    /// The whole manifest.
    package var manifest: Value
    /// From the annotation `trimtab.dev/wave`; 0 when there is none.
    package var wave: Int
    /// The files of the source that the manifest names, in the order in which it names them.
    package var blobs: [BlobReference]
    /// Where it is declared, for messages: `web/site.yaml:12`.
    package var origin: Text
    /// Of the manifest and the identities of the blobs.
    package var digest: Digest
    /// `nil` for an object that is kept as it is declared.
    package var hook: Hook?
    /// What a host's file is to hold, when the manifest or its source says it encrypted. In memory only.
    package var opened: Secret<[UInt8]>?
    /// A keyed hash of what is secret in the manifest and counts in no other digest; `nil` where nothing is.
    package var fingerprint: Digest?

    package init(
        id: ObjectID, apiVersion: Text, manifest: Value, wave: Int, blobs: [BlobReference], origin: Text,
        digest: Digest, hook: Hook? = nil
    ) {
        self.id = id
        self.apiVersion = apiVersion
        self.manifest = manifest
        self.wave = wave
        self.blobs = blobs
        self.origin = origin
        self.digest = digest
        self.hook = hook
    }

    package var spec: Value { manifest["spec"] ?? .null }

    package func annotation(_ key: Text) -> Text? { manifest["metadata"]?["annotations"]?[key]?.stringValue }
}
