// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

/// What the jailer is told: the words of its command line.
///
/// Nothing secret is in it; those who can list processes see it.
struct JailOrder: Sendable, Hashable {
    /// The process that has started the jailer, and whose death ends it.
    var parent: Int32
    /// The folder that the program may read, and nothing else.
    var folder: String
    var program: String
    /// Without the name of the program.
    var arguments: [String]
    var limits: JailLimits
    /// Goes on where the kernel refuses a part of the jail.
    var isLenient: Bool

    /// The words after the command's name.
    var words: [String] {
        [
            String(parent), String(limits.processorSeconds), String(limits.memory), String(limits.messages),
            String(limits.openFiles), String(limits.threads), isLenient ? "lenient" : "strict", folder, program,
        ] + arguments
    }

    init(
        parent: Int32, folder: String, program: String, arguments: [String], limits: JailLimits, isLenient: Bool
    ) {
        self.parent = parent
        self.folder = folder
        self.program = program
        self.arguments = arguments
        self.limits = limits
        self.isLenient = isLenient
    }

    /// Reads ``words``; `nil` for anything else.
    init?(words: [String]) {
        let numbers = words.prefix(6).compactMap { UInt64($0) }
        guard words.count >= 9, numbers.count == 6, let parent = Int32(exactly: numbers[0]) else { return nil }
        guard words[6] == "lenient" || words[6] == "strict" else { return nil }
        self.parent = parent
        limits = JailLimits(
            processorSeconds: numbers[1], memory: numbers[2], messages: numbers[3], openFiles: numbers[4],
            threads: numbers[5])
        isLenient = words[6] == "lenient"
        folder = words[7]
        program = words[8]
        arguments = Array(words.dropFirst(9))
    }
}
