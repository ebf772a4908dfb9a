// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Logging
import Manifest

/// What the handlers here have in common: the metadata of a line, merged and ordered.
struct LogFields {
    /// By the bytes of their keys; what the call gives goes before what the logger has, that before the provider's.
    var pairs: [(key: Text, value: Logger.MetadataValue)]

    init(_ event: LogEvent, metadata: Logger.Metadata, provider: Logger.MetadataProvider?) {
        var merged = provider?.get() ?? [:]
        merged.merge(metadata) { $1 }
        if let own = event.metadata { merged.merge(own) { $1 } }
        if let error = event.error { merged["error"] = .string("\(error)") }
        pairs = merged.map { (Text($0.key), $0.value) }.sorted { $0.key < $1.key }
    }
}

extension Value {
    init(_ metadata: Logger.MetadataValue) {
        switch metadata {
        case .string(let string): self = .string(Text(string))
        case .stringConvertible(let value): self = .string(Text(value.description))
        case .array(let items): self = .array(items.map { Value($0) })
        case .dictionary(let items):
            let pairs = items.map { (key: Text($0.key), value: Value($0.value)) }
            self = .object(Object(uniquePairs: pairs.sorted { $0.key < $1.key }))
        }
    }
}
