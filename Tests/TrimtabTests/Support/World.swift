// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation
import TestSupport

/// A made-up history: what Git declares, what was there before, and hence what must lie beneath the root.
struct World: Sendable {
    enum Kind: Sendable {
        case file
        /// Its content is where it points.
        case link
        /// Exclusive: what hands put there goes again.
        case folder
    }

    struct Object: Sendable, Hashable {
        var path: String
        var content: String
        var mode = 0o644
        var kind = Kind.file
        var wave = 0
    }

    private(set) var objects: [String: Object] = [:]
    /// What stood there before anything was declared, and comes back when nothing is.
    private(set) var originals: [String: String] = [:]
    private var random: SplitMix
    private var serial = 0

    init(seed: UInt64) { random = SplitMix(seed: seed) }

    var documents: [String] {
        objects.sorted { $0.key < $1.key }.map { name, object in
            let (kind, fields) =
                switch object.kind {
                case .file:
                    ("File", "content: \"\(object.content)\", mode: \"0\(String(object.mode, radix: 8))\"")
                case .link: ("Link", "target: \(object.content)")
                case .folder: ("Directory", "exclusive: true")
                }
            return """
                apiVersion: host.trimtab.dev/v1alpha1
                kind: \(kind)
                metadata: {name: \(name), annotations: {trimtab.dev/wave: "\(object.wave)"}}
                spec: {path: /\(object.path), \(fields)}

                """
        }
    }

    /// As ``RootContents`` reads it.
    var expected: [String: String] {
        var expected = originals
        for object in objects.values {
            switch object.kind {
            case .file: expected[object.path] = "\(String(object.mode, radix: 8)) \(object.content)"
            case .link: expected[object.path] = "-> \(object.content)"
            case .folder: continue
            }
        }
        return expected
    }

    /// Something of everything: objects come, change, move and go, take over what stands there, and hands change some.
    mutating func step(in root: String) throws {
        let names = objects.filter { $0.value.kind != .folder }.keys.sorted()
        for _ in 0..<2 { add() }
        for name in names.shuffled(using: &random).prefix(2) {
            let content = word()
            objects[name]?.content = content
        }
        if let name = names.randomElement(using: &random), objects[name]?.kind == .file {
            objects[name]?.mode = [0o600, 0o640, 0o644].randomElement(using: &random) ?? 0o644
        }
        if let name = names.randomElement(using: &random) {
            let path = newPath()
            objects[name]?.path = path
        }
        for name in names.shuffled(using: &random).prefix(2) where names.count > 8 { objects[name] = nil }
        try takeOver(in: root)
    }

    /// A file that is there already becomes declared.
    private mutating func takeOver(in root: String) throws {
        let path = newPath()
        originals[path] = "644 the original of \(path)"
        let url = URL(fileURLWithPath: root + "/" + path)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data("the original of \(path)".utf8).write(to: url)
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: url.path)
        serial += 1
        objects["taken-\(serial)"] = Object(path: path, content: word())
    }

    /// Changes, empties or removes some of what was applied, as a hand would.
    mutating func meddle(in root: String) throws {
        for name in objects.keys.sorted().shuffled(using: &random).prefix(3) {
            guard let object = objects[name] else { continue }
            let url = URL(fileURLWithPath: root + "/" + object.path)
            guard (try? FileManager.default.attributesOfItem(atPath: url.path)) != nil else { continue }
            if object.kind == .folder {
                try Data("foreign".utf8).write(to: url.appendingPathComponent("foreign"))
            } else if object.kind == .link || Bool.random(using: &random) {
                try FileManager.default.removeItem(at: url)
            } else {
                try Data("meddled".utf8).write(to: url)
            }
        }
    }

    private mutating func add() {
        serial += 1
        let kind = [Kind.file, .file, .link, .folder].randomElement(using: &random) ?? .file
        objects["o-\(serial)"] = Object(
            path: newPath(), content: word(), kind: kind, wave: Int.random(in: 0...1, using: &random))
    }

    private mutating func newPath() -> String {
        serial += 1
        return "srv/\(["a", "b", "c/d", "new-\(serial)"].randomElement(using: &random) ?? "a")/\(serial)"
    }

    private mutating func word() -> String { "w\(UInt32.random(in: .min ... .max, using: &random))" }
}
