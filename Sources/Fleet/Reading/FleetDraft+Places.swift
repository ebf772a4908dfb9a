// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model
import Synchronization

extension FleetDraft {
    /// Lets go of where every field of a file stands: who asks for a place has the file's text read again. For drafts
    /// that are kept, since of what is in order nobody asks.
    mutating func rereadPlaces(from file: FleetFile, budget: Budget) {
        let text = RereadText(file: file, budget: budget)
        text.replace(in: &targets)
        text.replace(in: &sources)
        text.replace(in: &projects)
        text.replace(in: &secretStores)
        text.replace(in: &applications)
        text.replace(in: &roles)
        text.replace(in: &roleBindings)
        text.replace(in: &notifications)
    }
}

/// The text of a file, whose documents are read when somebody asks for a place in them.
private final class RereadText: Sendable {
    private let file: FleetFile
    private let budget: Budget
    private let documents = Mutex<[YAML.Document]?>(nil)

    init(file: FleetFile, budget: Budget) {
        self.file = file
        self.budget = budget
    }

    func replace<Noun, Declared>(in declared: inout [Name<Noun>: [FleetDraft.Sited<Declared>]]) {
        for name in declared.keys {
            for index in declared[name]?.indices ?? 0..<0 {
                guard let places = declared[name]?[index].places else { continue }
                // The place of the whole document tells it from the others of the file.
                declared[name]?[index].places = reread(places.value(FieldPath())?.offset, file: places.file)
            }
        }
    }

    private func reread(_ start: Int?, file: Text) -> Places {
        Places(
            file: file, value: { self.document(at: start)?.position(of: $0) },
            key: { self.document(at: start)?.keyPosition(of: $0) })
    }

    private func document(at start: Int?) -> YAML.Document? {
        let all = documents.withLock { documents in
            if let documents { return documents }
            let read = (try? YAML.read(file.bytes, file: file.name, budget: budget, keys: .asWritten)) ?? []
            documents = read
            return read
        }
        return all.first { $0.position(of: FieldPath())?.offset == start }
    }
}
