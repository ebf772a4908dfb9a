// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
import Model

/// Spans in OTLP/HTTP with JSON encoding ("OpenTelemetry Protocol Specification 1.5", section "JSON Protobuf Encoding"):
/// ids are hexadecimal, 64-bit integers are strings, keys are in camel case.
package enum OTLP {
    /// Where a collector takes traces, below its address.
    package static let path: Text = "/v1/traces"

    /// - Parameters:
    ///   - version: of the program.
    ///   - instance: the journal that they are told from.
    package static func body(_ spans: [Span], version: Text, instance: Text) -> [UInt8] {
        let resource: [Span.Pair] = [
            Span.Pair("service.name", "trimtab"), Span.Pair("service.version", version),
            Span.Pair("service.instance.id", instance),
        ]
        let scope: Value = ["name": "trimtab", "version": .string(version)]
        let scoped: Value = ["scope": scope, "spans": .array(spans.map(value))]
        let told: Value = ["resource": ["attributes": attributes(resource)], "scopeSpans": [scoped]]
        return JSON.write(["resourceSpans": [told]])
    }

    private static func value(_ span: Span) -> Value {
        var object: Object = ["traceId": .string(span.trace.hex), "spanId": .string(span.id.hex)]
        if let parent = span.parent { object["parentSpanId"] = .string(parent.hex) }
        object["name"] = .string(span.name)
        // SPAN_KIND_INTERNAL
        object["kind"] = 1
        object["startTimeUnixNano"] = .string(Text(String(span.start.nanoseconds)))
        object["endTimeUnixNano"] = .string(Text(String(span.end.nanoseconds)))
        if !span.attributes.isEmpty { object["attributes"] = attributes(span.attributes) }
        object["status"] =
            switch span.status {
            case .ok: ["code": 1]
            case .error(let message): ["code": 2, "message": .string(message)]
            }
        return .object(object)
    }

    private static func attributes(_ pairs: [Span.Pair]) -> Value {
        .array(
            pairs.map { pair in
                let value: Value =
                    switch pair.value {
                    case .text(let text): ["stringValue": .string(text)]
                    case .number(let number): ["intValue": .string(Text(String(number)))]
                    }
                return ["key": .string(pair.key), "value": value]
            })
    }
}
