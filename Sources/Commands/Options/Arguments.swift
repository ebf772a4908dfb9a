// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import ArgumentParser
package import API
import Fleet
import Manifest
package import Model

// Our own values as arguments. What does not parse gets its reason from the argument's help.

extension Name: ExpressibleByArgument {
    package init?(argument: String) { self.init(Text(argument)) }
}

extension UnitPattern: ExpressibleByArgument {
    package init?(argument: String) { self.init(parsing: Text(argument)) }
}

extension ObjectPattern: ExpressibleByArgument {
    package init?(argument: String) { self.init(parsing: Text(argument)) }
}

extension NetworkAddress: ExpressibleByArgument {
    package init?(argument: String) { self.init(parsing: Text(argument)) }
}

extension Verb: ExpressibleByArgument {}

/// One of a few words that need no explanation. What argument-parser works out of any such type it asks for whenever an
/// option is set up, whether or not somebody wants help.
protocol Choice: ExpressibleByArgument, CaseIterable, RawRepresentable where RawValue == String {}

extension Choice {
    static var allValueStrings: [String] { allCases.map { $0.rawValue } }
    static var allValueDescriptions: [String: String] { [:] }
    static var defaultCompletionKind: CompletionKind { .list(allValueStrings) }
    var defaultValueDescription: String { rawValue }
    init?(argument: String) { self.init(rawValue: argument) }
}

extension UnitID: ExpressibleByArgument {
    package init?(argument: String) { self.init(parsing: Text(argument)) }
}

extension EventKind: ExpressibleByArgument {
    /// As in the journal, in any mix of cases.
    package init?(argument: String) {
        guard let kind = Self.allCases.first(where: { $0.rawValue.lowercased() == argument.lowercased() })
        else { return nil }
        self = kind
    }
}

extension DaemonRequest.LogFormat: ExpressibleByArgument {}

/// `warning`, or of one part of the daemon: `notifications=debug`.
struct LogLevelChoice: ExpressibleByArgument {
    var room: DaemonRequest.LogRoom?
    var level: DaemonRequest.LogLevel

    init?(argument: String) {
        let halves = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard let level = halves.last.flatMap(DaemonRequest.LogLevel.init(rawValue:)) else { return nil }
        if halves.count == 2 {
            guard let room = DaemonRequest.LogRoom(rawValue: halves[0]) else { return nil }
            self.room = room
        }
        self.level = level
    }
}

/// A length of time: `90s`, `15m`, `1h30m`.
struct LengthOfTime: ExpressibleByArgument {
    var duration: Duration

    init(_ duration: Duration) { self.duration = duration }

    init?(argument: String) {
        guard let duration = Duration(parsing: Text(argument)) else { return nil }
        self.duration = duration
    }

    /// As it is written, in the largest unit that needs no fraction.
    var defaultValueDescription: String {
        let seconds = duration.components.seconds
        let units: [(Int64, String)] = [(86_400, "d"), (3600, "h"), (60, "m")]
        let whole = units.first { seconds != 0 && seconds % $0.0 == 0 } ?? (1, "s")
        return "\(seconds / whole.0)\(whole.1)"
    }
}

/// A moment: `2026-11-23T09:30:00Z`, `14 October noon`, or how long ago: `2h`.
struct PointInTime: ExpressibleByArgument {
    private enum Way {
        case written(Text)
        case ago(Duration)
    }

    private var way: Way

    init?(argument: String) {
        let ago = " ago"
        let length = argument.hasSuffix(ago) ? String(argument.dropLast(ago.count)) : argument
        if let duration = Duration(parsing: Text(length)) {
            way = .ago(duration)
        } else if Time(human: Text(argument), now: Environment.current.now()) != nil {
            way = .written(Text(argument))
        } else {
            return nil
        }
    }

    func time(now: Time) -> Time {
        switch way {
        case .written(let text): Time(human: text, now: now) ?? now
        case .ago(let duration): now.advanced(by: .zero - duration)
        }
    }
}
