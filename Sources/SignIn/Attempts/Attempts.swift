// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

package import Manifest
package import Model

/// Counts sign-ins that failed, by where they come from. A value: pure.
///
/// Counting by address, and not by name, keeps anybody from being locked out by others. The table is bounded, and who
/// fills it gains nothing: when it is full, all addresses that it does not hold share one count.
package struct Attempts: Sendable {
    private struct Window: Sendable {
        var began: Time
        var failures: Int
    }

    private var windows: [Text: Window] = [:]
    private var others: Window?

    package static let limit = 20
    package static let window = Duration.seconds(60)
    static let capacity = 4096

    package init() {}

    /// How long an address has to wait; `nil` when it may try.
    package func wait(for address: Text, now: Time) -> Duration? {
        guard let window = windows[address] ?? (windows.count >= Self.capacity ? others : nil),
            window.failures >= Self.limit
        else { return nil }
        let end = window.began.advanced(by: Self.window)
        return now < end ? end.duration(since: now) : nil
    }

    package mutating func noteFailure(of address: Text, now: Time) {
        if windows[address] == nil, windows.count >= Self.capacity {
            windows = windows.filter { now < $0.value.began.advanced(by: Self.window) }
        }
        if windows[address] != nil || windows.count < Self.capacity {
            windows[address] = Self.counting(windows[address], now)
        } else {
            others = Self.counting(others, now)
        }
    }

    private static func counting(_ window: Window?, _ now: Time) -> Window {
        guard let window, now < window.began.advanced(by: self.window) else { return Window(began: now, failures: 1) }
        return Window(began: window.began, failures: window.failures + 1)
    }
}
