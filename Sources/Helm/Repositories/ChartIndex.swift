// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest

/// What `index.yaml` of a chart repository says about one version of one chart.
package struct ChartIndex: Sendable, Hashable {
    /// Where the archive lies: an address, or a path relative to the repository's.
    package var reference: Text
    /// Of the archive; `nil` where the index has none.
    package var digest: Digest?

    /// Bytes of an index. The largest public ones have some 20 MB.
    package static let sizeLimit = 48 << 20
    private static let budget = Budget(bytes: sizeLimit, depth: 32, nodes: 4_000_000, documents: 1)

    /// Finds a version of a chart in an index.
    ///
    /// - Parameter file: the index's address, for messages.
    package static func find(
        _ name: Text, _ version: Text, in bytes: [UInt8], file: Text
    ) throws(HelmError) -> ChartIndex {
        let index: Value
        do throws(ReadingError) {
            index = try YAML.read(bytes, file: file, budget: budget, tracking: .nothing).first?.value ?? .null
        } catch {
            throw .reading(error)
        }
        func failure(_ reason: String) -> HelmError { .repository(file, reason: reason, isTransient: false) }
        guard let entries = index["entries"]?.objectValue else { throw failure("is no index of charts") }
        guard let versions = entries[name]?.arrayValue else { throw failure("has no chart \(name)") }
        guard let entry = versions.first(where: { text($0["version"]) == version }) else {
            throw failure("has no version \(version) of \(name)")
        }
        guard let reference = entry["urls"]?.arrayValue?.first?.stringValue, !reference.isEmpty else {
            throw failure("does not say where \(name) \(version) lies")
        }
        return ChartIndex(reference: reference, digest: try digest(entry["digest"], failure))
    }

    private static func digest(
        _ value: Value?, _ failure: (String) -> HelmError
    ) throws(HelmError) -> Digest? {
        guard let value, value != .null, value != .string("") else { return nil }
        guard let digest = value.stringValue.flatMap({ Digest(named: $0.string) }) else {
            throw failure("has a digest that is no SHA-256")
        }
        return digest
    }

    /// `version: 1.2` is a number to YAML.
    private static func text(_ value: Value?) -> Text? {
        value?.stringValue ?? value?.numberValue.map { Text($0.lexeme) }
    }
}
