// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
package import Model

/// Units that stand otherwise although no event of the journal says so.
package struct UnitStirs: Sendable, Hashable {
    /// `nil` when there were so many that any may.
    package var units: Set<UnitID>?
    /// For the next question. Of this process: not for those who come back to another one.
    package var mark: UInt64

    package init(units: Set<UnitID>? = [], mark: UInt64) {
        self.units = units
        self.mark = mark
    }
}

private enum NewsPart: Sendable {
    case page(Result<EventPage, APIError>)
    case stirs(UnitStirs)
}

extension Operations {
    /// Nobody tells.
    package func stirs(after mark: UInt64?, wait: Duration) async -> UnitStirs {
        if mark != nil { try? await Task.sleep(for: wait) }
        return UnitStirs(mark: 0)
    }

    /// What there is to tell to those who watch: the next events, and the units that stand otherwise without one. Waits
    /// as long as the filter says for either of them.
    package func news(
        _ filter: EventFilter, stirsAfter mark: UInt64
    ) async throws(APIError) -> (page: EventPage, stirs: UnitStirs) {
        let (page, stirs) = await withTaskGroup(of: NewsPart.self) { group in
            group.addTask {
                do throws(APIError) { return .page(.success(try await self.events(filter))) } catch {
                    return .page(.failure(error))
                }
            }
            group.addTask { .stirs(await self.stirs(after: mark, wait: filter.wait)) }
            var (page, found): (Result<EventPage, APIError>?, UnitStirs?) = (nil, nil)
            for await part in group {
                switch part {
                case .page(let result): page = result
                case .stirs(let stirs): found = stirs
                }
                // The other one says what it has.
                group.cancelAll()
            }
            return (page, found)
        }
        guard let page, let stirs else { throw APIError(.failed, "the wait for news ended") }
        return (try page.get(), stirs)
    }
}
