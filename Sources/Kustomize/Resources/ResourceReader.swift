// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// Turns the documents of a file into objects.
enum ResourceReader {
    /// The objects of a text: lists are taken apart, their items come after the other documents.
    static func resources(_ bytes: [UInt8], file: Text, budget: Budget) async throws(KustomizeError) -> [Resource] {
        let documents: [YAML.Document]
        do throws(ReadingError) {
            documents = try await YAML.readInPieces(bytes, file: file, budget: budget, scalars: .verbatim)
        } catch {
            throw KustomizeError(error)
        }
        var resources: [Resource] = []
        do throws(Flaw) {
            var pending: [(value: Value, quoted: Set<Text>, document: Int)] = []
            for (index, document) in documents.enumerated() {
                pending.append((document.value, document.quoted, index))
            }
            var next = 0
            while next < pending.count {
                let (value, quoted, document) = pending[next]
                next += 1
                if value.isEmptyObject { continue }
                try check(value, document: document)
                if value["kind"]?.scalarText?.string.hasSuffix("List") == true, value["items"] != nil {
                    for item in try items(of: value, document: document) { pending.append((item, quoted, document)) }
                    continue
                }
                guard resources.count < budget.documents else {
                    throw Flaw(document: document, path: FieldPath(), reason: "more than \(budget.documents) objects")
                }
                var resource = Resource(value, place: ResourcePlace(file: file))
                resource.quoted = quoted
                resources.append(resource)
            }
        } catch {
            throw error.located(in: bytes, file: file, budget: budget)
        }
        return resources
    }

    private static func items(of list: Value, document: Int) throws(Flaw) -> [Value] {
        switch list["items"] {
        case .array(let items): return items
        case let other? where !other.isNull:
            throw Flaw(document: document, path: ["items"], reason: "items must be a list, not \(other.kindInWords)")
        default: return []
        }
    }

    /// What every object must have.
    private static func check(_ value: Value, document: Int) throws(Flaw) {
        guard let object = value.objectValue else {
            throw Flaw(
                document: document, path: FieldPath(), reason: "an object must be a map, not \(value.kindInWords)")
        }
        guard let kind = object["kind"]?.scalarText, !kind.isEmpty, object["kind"]?.isNull == false else {
            throw Flaw(
                document: document, path: FieldPath(), reason: "an object needs a kind",
                advice: "is this a manifest? A file that is none does not belong to resources")
        }
        if kind.string.hasSuffix("List") { return }
        let name = object["metadata"]?["name"]
        guard let text = name?.scalarText, !text.isEmpty, name?.isNull == false else {
            throw Flaw(document: document, path: ["metadata"], reason: "the \(kind) needs a metadata.name")
        }
    }

    /// What is wrong with a document. Its place is looked for only then: remembering places costs time.
    private struct Flaw: Error {
        var document: Int
        var path: FieldPath
        var reason: String
        var advice: String?

        func located(in bytes: [UInt8], file: Text, budget: Budget) -> KustomizeError {
            let documents = try? YAML.read(bytes, file: file, budget: budget, scalars: .verbatim)
            let found = documents.flatMap { $0.indices.contains(document) ? $0[document] : nil }
            return KustomizeError(
                Place(file: file, position: found?.nearestPosition(of: path)), reason, advice: advice)
        }
    }
}
