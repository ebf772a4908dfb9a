// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

#if DEBUG
    import Glibc
    import Synchronization
#endif

/// Named steps at which a test may have the process killed, as a power cut or the out-of-memory killer would.
///
/// In debug builds, `TRIMTAB_CRASH_AT=name` (or `name:3` for the third time) sends SIGKILL to the process when the
/// step is reached, or the signal of the number `TRIMTAB_CRASH_SIGNAL`, as if the thread had crashed there.
/// `TRIMTAB_CRASH_TRACE=file` appends each name as it is reached, so that a test can learn them all. In release builds a
/// step is nothing.
package enum CrashPoint {
    #if DEBUG
        package static func reached(_ name: StaticString) {
            guard isActive else { return }
            Switchboard.shared.reached("\(name)")
        }

        private static let isActive = getenv("TRIMTAB_CRASH_AT") != nil || getenv("TRIMTAB_CRASH_TRACE") != nil
    #else
        @inlinable @inline(__always) package static func reached(_ name: StaticString) {}
    #endif
}

#if DEBUG
    /// What the environment asked for. Read once: a process crashes at one point.
    private final class Switchboard: Sendable {
        static let shared = Switchboard()

        private let name: String
        private let trace: Int32?
        private let hitsLeft: Mutex<Int>
        private let signal: Int32

        private init() {
            let wish = getenv("TRIMTAB_CRASH_AT").map { String(cString: $0) } ?? ""
            let parts = wish.split(separator: ":", maxSplits: 1)
            name = parts.first.map(String.init) ?? ""
            hitsLeft = Mutex(parts.count > 1 ? Int(parts[1]) ?? 1 : 1)
            signal = getenv("TRIMTAB_CRASH_SIGNAL").flatMap { Int32(String(cString: $0)) } ?? SIGKILL
            trace = getenv("TRIMTAB_CRASH_TRACE").map { open($0, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600) }
        }

        func reached(_ reached: String) {
            if let trace {
                let line = Array((reached + "\n").utf8)
                _ = line.withUnsafeBytes { write(trace, $0.baseAddress, $0.count) }
            }
            guard reached == name else { return }
            let isLast = hitsLeft.withLock { hits in
                hits -= 1
                return hits == 0
            }
            guard isLast else { return }
            raise(signal)
            // A handler that tells of it comes back, and is none any more.
            raise(signal)
        }
    }
#endif
