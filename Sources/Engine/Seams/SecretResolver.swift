// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Model

/// Opens what is encrypted in rendered objects, just before they are compared and applied. What was rendered, and is
/// kept and shown, stays encrypted.
package protocol SecretResolver: Sendable {
    /// The same objects in their order; each that holds something encrypted has it as secret leaves, or as its
    /// ``DesiredObject/opened``. Digests stay those of the encrypted content.
    ///
    /// - Parameter tree: what the objects were rendered from.
    func open(_ objects: [DesiredObject], from tree: any TreeReader) async throws(ContentError) -> [DesiredObject]
}
