// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation
import Helm
import SystemPackage
import TestSupport
import Testing

/// A program in Helm's place that does what Helm cannot be made to do. Written in C and linked statically, because the
/// jail has no libraries.
enum FakeHelm {
    /// Compiles a program whose `act` runs when it is asked to render; asked for its version, it gives one.
    static func with<Result>(
        _ act: String, limits: JailLimits = JailLimits(), _ body: (HelmTemplate) async throws -> Result
    ) async throws -> Result {
        try await withScratchFolder { folder in
            let program = try compile(act, in: folder)
            return try await HelmLab.with(program: program, limits: limits, body)
        }
    }

    static func compile(_ act: String, in folder: URL) throws -> FilePath {
        let source = folder.appendingPathComponent("fake.c")
        let program = folder.appendingPathComponent("helm")
        try Data((head + act + "\nreturn 0;\n}\n").utf8).write(to: source)
        let compiled = try TestProcess.run(
            "/usr/bin/env", ["gcc", "-static", "-O1", "-pthread", "-w", "-o", program.path, source.path])
        try #require(compiled.status == 0, "\(compiled.text)")
        return FilePath(program.path)
    }

    private static let head = """
        #define _GNU_SOURCE
        #include <errno.h>
        #include <fcntl.h>
        #include <pthread.h>
        #include <signal.h>
        #include <stdio.h>
        #include <stdlib.h>
        #include <string.h>
        #include <sys/mman.h>
        #include <sys/mount.h>
        #include <sys/prctl.h>
        #include <sys/ptrace.h>
        #include <sys/socket.h>
        #include <sys/stat.h>
        #include <sys/syscall.h>
        #include <unistd.h>
        // One entry of a ConfigMap: what became of an attempt.
        static void tell(const char *what, long result) {
            printf("  %s: %s\\n", what, result < 0 ? strerrorname_np(errno) : "done");
        }
        static void *sleeper(void *unused) { for (;;) sleep(1000); }
        int main(int count, char **words) {
            if (count > 1 && !strcmp(words[1], "version")) { printf("v3.99.0"); return 0; }
            printf("---\\n# Source: demo/templates/map.yaml\\napiVersion: v1\\nkind: ConfigMap\\n");
            printf("metadata: {name: fake}\\ndata:\\n  begun: done\\n");

        """
}
