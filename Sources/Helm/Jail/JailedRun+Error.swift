// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Model

extension JailedRun.Outcome {
    /// What to say of a run that did not end well; `nil` for one that did.
    func error(limits: JailLimits) -> HelmError? {
        switch end {
        case .exited(0): nil
        case .exited(Jailer.refusal) where refusal != nil: .noJail(reason: refusal ?? "")
        case .exited where isOutOfMemory: .limit("Helm needs more than \(limits.memory >> 20) MiB of memory")
        case .exited: .template(words)
        case .signalled(let signal):
            isOutOfMemory
                ? .limit("Helm needs more than \(limits.memory >> 20) MiB of memory")
                : .template("Helm was ended by signal \(signal)")
        case .timedOut: .limit("Helm did not end within \(limits.time.components.seconds) seconds")
        case .exhausted: .limit("Helm did not end within \(limits.processorSeconds) seconds of processor time")
        case .flooded: .limit("Helm printed more than \(limits.output >> 20) MiB")
        case .complained: .limit("Helm wrote more than \(limits.messages >> 10) KiB of messages")
        case .cancelled: .cancelled
        case .failed(let reason): .machine(reason: reason)
        }
    }

    /// Why the jailer did not start the program.
    private var refusal: String? {
        let text = String(decoding: messages, as: UTF8.self)
        guard let start = text.firstRange(of: Jailer.prefix) else { return nil }
        return String(text[start.upperBound...].prefix { $0 != "\n" })
    }

    /// What Go's runtime says when the system gives it no more.
    private var isOutOfMemory: Bool { messages.contains("out of memory".utf8) || messages.contains("errno=12".utf8) }

    /// Helm's complaint, on as many lines as it has, without the hint to a flag that nobody can give it here.
    private var words: String {
        var lines = messages.split(separator: 0x0A).map { printable($0) }
        lines.removeAll { $0.hasPrefix("Use --debug flag") || $0.hasPrefix("WARNING: ") }
        if let start = lines.lastIndex(where: { $0.hasPrefix("Error: ") }) { lines.removeFirst(start) }
        let text = lines.prefix(12).joined(separator: "\n")
        return text.isEmpty ? "Helm failed without a word" : String(text.dropFirst(text.hasPrefix("Error: ") ? 7 : 0))
    }
}

extension [UInt8] {
    func contains(_ part: String.UTF8View) -> Bool { firstRange(of: Array(part)) != nil }
}
