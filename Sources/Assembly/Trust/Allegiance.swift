// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Foundation
import GitSource
import Manifest

/// Which fleet a state folder belongs to, and whom it trusts. Both are given at start and remembered; neither can be
/// changed from Git.
struct Allegiance: Sendable {
    /// An absolute folder, or an address.
    var place: String
    var trust: Trust
    private let state: String

    /// - Parameters:
    ///   - fleet: a folder or an address; `nil` for the one that was given last, or that the trust file names.
    ///   - trust: a file, read anew at each start; `nil` for the one that was given last.
    init(fleet given: String?, trust file: String?, state: String) throws(APIError) {
        self.state = state
        let remembered = Self.recall("trust", in: state)
        if let file = file ?? remembered { trust = try Trust(file: file) } else { trust = Trust() }
        let known = Self.recall("fleet", in: state)
        if let given, let named = trust.fleet?.string, given != named {
            throw APIError(.invalid, "the trust file is for the fleet \(named), not for \(given)")
        }
        guard let place = given ?? trust.fleet?.string ?? known else {
            throw APIError(.invalid, "\(state) belongs to no fleet yet", advice: "say --fleet URL or --fleet FOLDER")
        }
        self.place = place
        if isLocal {
            // Whoever names a folder of this machine at start lets it name its neighbours.
            trust.policy.allowsLocalPaths = true
        } else {
            do throws(SourceFailure) { _ = try RepositoryAddress(parsing: Text(place)) } catch {
                throw APIError(.invalid, "\(error)", advice: Text(error.advice))
            }
        }
        if let file, file != remembered { try Self.remember(file, as: "trust", in: state) }
        if place != known { try Self.remember(place, as: "fleet", in: state) }
    }

    var isLocal: Bool { place.utf8.first == UInt8(ascii: "/") }

    /// Where relative paths of the fleet begin: beside its files, or in the state folder when they lie elsewhere.
    var root: String {
        guard isLocal else { return state }
        return place.hasSuffix(".git") ? URL(fileURLWithPath: place).deletingLastPathComponent().path : place
    }

    private static func recall(_ name: String, in state: String) -> String? {
        let text = try? String(contentsOf: URL(fileURLWithPath: state + "/" + name), encoding: .utf8)
        return text?.trimmingCharacters(in: .newlines)
    }

    private static func remember(_ text: String, as name: String, in state: String) throws(APIError) {
        do {
            try Data((text + "\n").utf8).write(to: URL(fileURLWithPath: state + "/" + name), options: .atomic)
        } catch {
            throw APIError(.unavailable, "\(state)/\(name) cannot be written: \(error.localizedDescription)")
        }
    }
}
