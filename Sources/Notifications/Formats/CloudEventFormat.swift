// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model

/// CloudEvents 1.0 over HTTP ("HTTP Protocol Binding for CloudEvents", sections 3.1 and 3.2).
enum CloudEventFormat {
    static func request(
        _ message: Message, _ mode: Receiver.Mode
    ) -> (headers: [(name: Text, value: Text)], body: [UInt8]) {
        let attributes: [(Text, Text)] = [
            ("specversion", "1.0"), ("id", message.id), ("source", "urn:trimtab:\(message.fleet)"),
            ("type", "dev.trimtab.\(Text(message.kind.rawValue)).v1"), ("subject", message.subject),
            ("time", Text("\(message.time)")),
        ]
        switch mode {
        case .structured:
            var event = Object()
            for (name, value) in attributes { event[name] = .string(value) }
            event["datacontenttype"] = "application/json"
            event["data"] = data(message)
            return ([("content-type", "application/cloudevents+json; charset=utf-8")], JSON.write(.object(event)))
        case .binary:
            let headers = attributes.map { (name: Text("ce-\($0.0)"), value: encoded($0.1)) }
            return ([("content-type", "application/json")] + headers, JSON.write(data(message)))
        }
    }

    private static func data(_ message: Message) -> Value {
        .fields([
            "kind": Value(message.kind.rawValue), "severity": Value(message.severity.rawValue),
            "fleet": Value(message.fleet),
            "unit": message.unit.map { unit -> Value in
                ["application": .string(unit.application.text), "target": .string(unit.target.text)]
            },
            "project": message.project.map { .string($0.text) }, "source": message.source.map { .string($0.text) },
            "actor": Value(message.actor.text), "summary": Value(message.summary),
            "sequence": Value(Text("\(message.sequence)")), "url": message.link.map { .string($0) },
        ])
    }

    /// What a header cannot hold, percent-encoded (section 3.1.3.2).
    private static func encoded(_ text: Text) -> Text {
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            if (0x21...0x7E).contains(byte), byte != UInt8(ascii: "\""), byte != UInt8(ascii: "%") {
                bytes.append(byte)
            } else {
                bytes += Array("%\(Hex.encode([byte]).uppercased())".utf8)
            }
        }
        return Text(utf8: bytes) ?? ""
    }
}
