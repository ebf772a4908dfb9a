// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation
import Helm
import Manifest
import Model
import SystemPackage
import TestSupport
import Testing

/// What a program can do in the jail: read its private folder, compute, print.
@Suite struct JailTests {
    /// What became of each attempt of a program.
    private func attempts(_ act: String) async throws -> Value {
        try await FakeHelm.with(act) { helm in
            let output = try await helm.render(chart(["values.yaml": "a: b\n"]))
            return try #require(output.objects.first?.manifest["data"])
        }
    }

    private func failure(_ act: String, limits: JailLimits) async throws -> HelmError? {
        try await FakeHelm.with(act, limits: limits) { helm in
            await #expect(throws: HelmError.self) { try await helm.render(chart()) }
        }
    }

    @Test func `it reads its own files and no others`() async throws {
        let found = try await attempts(
            """
            tell("chart", open("chart/values.yaml", O_RDONLY));
            tell("folder", open("chart", O_RDONLY | O_DIRECTORY));
            tell("passwd", open("/etc/passwd", O_RDONLY));
            tell("climb", open("../../../../../../../../../etc/passwd", O_RDONLY));
            tell("process", open("/proc/self/environ", O_RDONLY));
            tell("device", open("/dev/null", O_RDWR));
            """)
        #expect(found["chart"] == "done")
        #expect(found["folder"] == "done")
        // As root it does not even see them; otherwise Landlock says no.
        for name in ["passwd", "climb", "process", "device"] as [Text] {
            #expect(found[name] == "ENOENT" || found[name] == "EACCES", "\(name)")
        }
    }

    @Test func `it writes nothing, so that no disk can be filled`() async throws {
        let found = try await attempts(
            """
            tell("create", open("chart/new", O_WRONLY | O_CREAT, 0600));
            tell("write", open("chart/values.yaml", O_WRONLY));
            tell("folder", mkdir("new", 0700));
            tell("remove", unlink("chart/values.yaml"));
            tell("rename", rename("chart", "other"));
            tell("link", symlink("/etc/passwd", "link"));
            tell("mode", chmod("chart", 0777));
            tell("memory", memfd_create("x", 0));
            tell("shared", mmap(0, 4096, 3, MAP_SHARED | MAP_ANONYMOUS, -1, 0) == MAP_FAILED ? -1 : 0);
            """)
        for name in ["create", "write", "folder", "remove", "rename", "link", "mode", "memory", "shared"] as [Text] {
            #expect(found[name] != "done" && found[name] != nil, "\(name): \(String(describing: found[name]))")
        }
    }

    @Test func `it reaches no network and no other process`() async throws {
        let found = try await attempts(
            """
            tell("socket", socket(AF_INET, SOCK_STREAM, 0));
            tell("local", socket(AF_UNIX, SOCK_STREAM, 0));
            tell("netlink", socket(AF_NETLINK, SOCK_RAW, 0));
            int pair[2];
            tell("pair", socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
            tell("ring", syscall(SYS_io_uring_setup, 8, 0));
            tell("kill", kill(getppid(), 0));
            tell("all", kill(-1, 0));
            tell("trace", ptrace(PTRACE_ATTACH, getppid(), 0, 0));
            tell("vm", syscall(SYS_process_vm_readv, getppid(), 0, 0, 0, 0, 0));
            // By a number not even itself: programs say 0.
            unsigned long limit[2];
            tell("limits", syscall(SYS_prlimit64, getppid(), 7, 0, limit));
            tell("ownByNumber", syscall(SYS_prlimit64, getpid(), 7, 0, limit));
            tell("own", syscall(SYS_prlimit64, 0, 7, 0, limit));
            int ends[2];
            tell("pipe", pipe(ends));
            tell("owner", fcntl(ends[0], 8, getpid()));
            tell("signal", fcntl(ends[0], 10, 10));
            int owner[2] = {1, getpid()};
            tell("ownerByType", fcntl(ends[0], 15, owner));
            tell("flags", fcntl(ends[0], F_GETFL));
            """)
        for name in [
            "socket", "local", "netlink", "pair", "kill", "all", "trace", "limits", "ownByNumber", "owner", "signal",
            "ownerByType",
        ] as [Text] {
            #expect(found[name] == "EPERM", "\(name): \(String(describing: found[name]))")
        }
        for name in ["own", "pipe", "flags"] as [Text] { #expect(found[name] == "done", "\(name)") }
        for name in ["ring", "vm"] as [Text] { #expect(found[name] == "ENOSYS", "\(name)") }
    }

    @Test func `it gains no rights`() async throws {
        let found = try await attempts(
            """
            tell("mount", mount("none", "/", "tmpfs", 0, 0));
            tell("space", unshare(CLONE_NEWUSER));
            tell("bpf", syscall(SYS_bpf, 0, 0, 0));
            tell("keys", syscall(SYS_add_key, "user", "a", "b", 1, -1));
            tell("fault", syscall(SYS_userfaultfd, 0));
            tell("kexec", syscall(SYS_kexec_load, 0, 0, 0, 0));
            tell("root", setuid(0));
            char *shell[] = {"/bin/sh", 0};
            tell("execute", execv("/bin/sh", shell));
            tell("at", syscall(SYS_execveat, AT_FDCWD, "/bin/sh", shell, 0, 0));
            tell("environment", getenv("PATH") && !strcmp(getenv("PATH"), "/nonexistent") ? 0 : -1);
            """.replacing("CLONE_NEWUSER", with: "0x10000000"))
        for (name, value) in found.objectValue?.pairs ?? [] where name != "begun" && name != "environment" {
            #expect(value != "done", "\(name)")
        }
        #expect(found["environment"] == "done")
        #expect(found.objectValue?.count == 11)
    }

    @Test func `it starts no other process, and so many threads`() async throws {
        let found = try await attempts(
            """
            tell("fork", fork());
            tell("vfork", syscall(SYS_vfork));
            tell("clone3", syscall(SYS_clone3, 0, 0));
            int threads = 0;
            pthread_t thread;
            pthread_attr_t small;
            pthread_attr_init(&small);
            pthread_attr_setstacksize(&small, 65536);
            while (threads < 100000 && pthread_create(&thread, &small, sleeper, 0) == 0) threads++;
            printf("  threads: %d\\n", threads);
            fflush(0);
            _exit(0);
            """)
        #expect(found["fork"] == "EPERM")
        #expect(found["vfork"] == "EPERM")
        #expect(found["clone3"] == "ENOSYS")
        let threads = try #require(found["threads"]?.intValue)
        #expect((1...100_000).contains(threads))
        if getuid() == 0 { #expect(threads < 128) }
    }

    @Test func `filling memory ends at the limit`() async throws {
        let found = try await attempts(
            """
            int pieces = 0;
            void *piece;
            while (pieces < 4096 && (piece = malloc(1 << 20))) { memset(piece, 1, 1 << 20); pieces++; }
            printf("  mebibytes: %d\\n", pieces);
            """)
        let count = try #require(found["mebibytes"]?.intValue)
        #expect((100...512).contains(count))
    }

    @Test func `a flood of output is cut off`() async throws {
        let error = try await failure(
            "for (;;) puts(\"  flood: flood\");", limits: JailLimits(output: 1 << 20))
        #expect(error == .limit("Helm printed more than 1 MiB"))
    }

    @Test func `a flood of messages is cut off`() async throws {
        let error = try await failure(
            "for (;;) fputs(\"complaint\\n\", stderr);", limits: JailLimits(messages: 256 << 10))
        #expect(error == .limit("Helm wrote more than 256 KiB of messages"))
    }

    @Test func `what computes for ever is ended by its processor time`() async throws {
        let error = try await failure("for (;;);", limits: JailLimits(processorSeconds: 1))
        #expect(error == .limit("Helm did not end within 1 seconds of processor time"))
    }

    @Test func `what waits for ever is ended, also with its output closed`() async throws {
        let limits = JailLimits(time: .milliseconds(300))
        #expect(
            try await failure("for (;;) sleep(100);", limits: limits) == .limit("Helm did not end within 0 seconds"))
        let silent = try await failure("fclose(stdout); close(1); for (;;) sleep(100);", limits: limits)
        #expect(silent == .limit("Helm did not end within 0 seconds"))
    }

    @Test func `a task that is cancelled leaves nothing behind`() async throws {
        try await FakeHelm.with("for (;;) sleep(100);") { helm in
            let request = HelmRequest(chart: .source(path("chart")), release: "cancelled", namespace: "shop")
            let task = Task { try await helm.render(request, from: MemoryTree(files: chart())) }
            while try !Self.isJailed() { try await Task.sleep(for: .milliseconds(5)) }
            task.cancel()
            let result = await task.result
            #expect(throws: HelmError.cancelled) { try result.get() }
            #expect(try !Self.isJailed())
        }
    }

    /// The run ends only when nobody holds its output any more.
    @Test(.timeLimit(.minutes(5))) func `when whoever started it is killed, it dies`() async throws {
        try await withScratchFolder { folder in
            let program = try FakeHelm.compile("puts(\"ready\"); fflush(stdout); for (;;) sleep(1000);", in: folder)
            let script = """
                exec 3< <(exec "$0" jailed $$ 30 536870912 1048576 256 128 strict "$1" "$2" template)
                while read -r line <&3; do
                    [ "$line" != ready ] || { echo begun; kill -KILL $$; }
                done
                """
            let result = try TestProcess.run(
                "/bin/bash", ["-c", script, HelmLab.trimtab.string, folder.path, program.string])
            #expect(result.text == "begun\n")
        }
    }

    @Test func `an order that makes no sense starts nothing`() throws {
        for words in [[], ["1"], ["x", "30", "1", "1", "1", "1", "strict", "/", "/bin/true"]] {
            let result = try TestProcess.run(HelmLab.trimtab.string, ["jailed"] + words)
            #expect(result.status == 121)
            #expect(result.text == "trimtab: no jail: its order cannot be read\n")
        }
        let stranger = ["1", "30", "536870912", "1048576", "256", "128", "strict", "/tmp", "/bin/true"]
        let result = try TestProcess.run(HelmLab.trimtab.string, ["jailed"] + stranger)
        #expect(result.status == 121)
        #expect(result.text.hasPrefix("trimtab: no jail: the parent"))
    }

    @Test func `a program that is no Helm is refused`() async throws {
        for (content, words) in [("#!/bin/sh\n", "is no program for this machine"), ("", "is no program")] {
            try await withScratchFolder { folder in
                let script = folder.appendingPathComponent("helm")
                try Data((content + String(repeating: " ", count: content.isEmpty ? 0 : 100)).utf8).write(to: script)
                try await HelmLab.with(program: .init(script.path)) { helm in
                    let error = await #expect(throws: HelmError.self) { try await helm.render(chart()) }
                    #expect("\(error.map(String.init(describing:)) ?? "")".contains(words))
                }
            }
        }
        // The test bundle's own `trimtab` needs libraries.
        try await HelmLab.with(program: HelmLab.trimtab) { helm in
            let error = await #expect(throws: HelmError.self) { try await helm.render(chart()) }
            #expect("\(error.map(String.init(describing:)) ?? "")".contains("needs shared libraries"))
        }
    }

    /// Whether the program of the test that is cancelled runs.
    private static func isJailed() throws -> Bool {
        try FileManager.default.contentsOfDirectory(atPath: "/proc").contains { name in
            guard Int(name) != nil, let line = try? String(contentsOfFile: "/proc/\(name)/cmdline", encoding: .utf8),
                line.hasPrefix("helm\0template")
            else { return false }
            return line.contains("\0cancelled\0")
        }
    }
}
