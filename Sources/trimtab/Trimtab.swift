// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Assembly
import CLinux
import Commands
import Glibc
import Helm

@main enum Trimtab {
    static func main() async {
        let arguments = Array(CommandLine.arguments.dropFirst())
        if arguments.first == Jailer.command { exit(Jailer.run(Array(arguments.dropFirst()))) }
        // Secrets are plain in memory for a moment.
        _ = clinux_forbid_dumps()
        _ = clinux_limit_arenas(2)
        // Large blocks go back to the system when they are freed, and leave no holes between small ones.
        _ = clinux_map_blocks_of(128 << 10)
        // What is freed at the end of an arena is asked for again at once where many small runs follow one another. It is
        // given back when they have ended.
        _ = clinux_keep_free(4 << 20, 1 << 20)
        // A reader that goes away (`trimtab log | head`) is no reason to die in the middle of something.
        signal(SIGPIPE, SIG_IGN)
        exit(await Invocation.run(arguments, in: .process(parts: .live)).rawValue)
    }
}
