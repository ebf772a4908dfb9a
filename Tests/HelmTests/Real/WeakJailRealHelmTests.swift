// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Foundation
import Helm
import Manifest
import Model
import SystemPackage
import TestSupport
import Testing

/// Kernels that do not give what the jail needs. A filter of system calls makes this one such a kernel, for a process and
/// all that it starts.
@Suite struct WeakJailRealHelmTests {
    enum Part: String, Sendable, CaseIterable {
        case landlock, seccomp

        /// The number of the system call on x86_64 and aarch64.
        var call: String { self == .landlock ? "444" : "SYS_seccomp" }
        var name: String { self == .landlock ? "Landlock" : "seccomp" }
    }

    /// A program that becomes `trimtab` where a part is missing.
    private func trimtab(without part: Part, in folder: URL) throws -> FilePath {
        let source = folder.appending(path: "without.c")
        let program = folder.appending(path: "without")
        let text = """
            #include <errno.h>
            #include <linux/filter.h>
            #include <linux/seccomp.h>
            #include <stddef.h>
            #include <sys/prctl.h>
            #include <sys/syscall.h>
            #include <unistd.h>
            int main(int count, char **words) {
                struct sock_filter code[] = {
                    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
                    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, \(part.call), 0, 1),
                    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
                    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
                };
                struct sock_fprog filter = {4, code};
                if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)) return 100;
                if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter)) return 101;
                execv("\(HelmLab.trimtab)", words);
                return 102;
            }

            """
        try Data(text.utf8).write(to: source)
        let compiled = try TestProcess.run(
            "/usr/bin/env", ["gcc", "-O1", "-o", program.path, source.path])
        try #require(compiled.status == 0, "\(compiled.text)")
        return FilePath(program.path)
    }

    @Test(arguments: HelmLab.Version.allCases, Part.allCases)
    func `without a part of the jail Helm is refused`(version: HelmLab.Version, part: Part) async throws {
        try await withScratchFolder { folder in
            let jailer = try trimtab(without: part, in: folder)
            func render(isLenient: Bool) async throws -> HelmOutput {
                let jail = try Jail(
                    scratch: FilePath(folder.path).appending("helm"), jailer: jailer, isLenient: isLenient)
                return try await HelmTemplate(program: version.program, jail: jail)
                    .render(chart(["templates/map.yaml": configMap("a: b")]))
            }
            let error = await #expect(throws: HelmError.self) { try await render(isLenient: false) }
            #expect(error == .noJail(reason: "\(part.name): Function not implemented"))
            #expect("\(error.map(String.init(describing:)) ?? "")".contains("allow: [weakJail]"))
            #expect(try await render(isLenient: true).objects.count == 1)
        }
    }

    /// The operator's word is in the file of `--trust`, and nothing of the fleet takes its place.
    @Test(arguments: HelmLab.Version.allCases)
    func `the operator may allow a weaker jail, and nobody else`(version: HelmLab.Version) async throws {
        try await withScratchFolder { folder in
            let program = try trimtab(without: .landlock, in: folder)
            let site = try HelmSite(below: folder, helm: version, charts: "[]", trimtab: program.string)
            try site.write("apiVersion: v2\nname: web\nversion: 1.0.0\n", "chart/Chart.yaml")
            try site.write(hostFile("web", "here"), "chart/templates/web.yaml")
            try site.commit(path: "chart", helm: "{release: web}")
            let refused = try site.sync()
            #expect(refused.status != 0)
            #expect(refused.text.contains("Helm is not run without its jail"), "\(refused.text)")
            #expect(site.file("srv/web") == nil)
            try site.trust("[localPaths, weakJail]")
            let allowed = try site.sync()
            #expect(allowed.status == 0, "\(allowed.text)")
            #expect(site.file("srv/web") == "here\n")
        }
    }

    @Test(.enabled(if: geteuid() == 0, "needs root, to become somebody else"), arguments: HelmLab.Version.allCases)
    func `a user without any rights renders charts, too`(version: HelmLab.Version) async throws {
        try await withScratchFolder { folder in
            // Root's own folders are closed to others.
            let helm = folder.appending(path: "bin/helm")
            try FileManager.default.createDirectory(
                at: helm.deletingLastPathComponent(), withIntermediateDirectories: true)
            try FileManager.default.copyItem(atPath: version.program.string, toPath: helm.path)
            let site = try HelmSite(below: folder, helm: version, charts: "[]")
            try site.write("apiVersion: v2\nname: web\nversion: 1.0.0\n", "chart/Chart.yaml")
            try site.write(hostFile("web", #"{{ .Files.Get "/etc/passwd" }}here"#), "chart/templates/web.yaml")
            try site.commit(path: "chart", helm: "{release: web}")
            let owned = try TestProcess.run("/usr/bin/chown", ["-R", "65534:65534", folder.path])
            try #require(owned.status == 0)
            let result = try TestProcess.run(
                "/usr/bin/setpriv",
                ["--reuid=65534", "--regid=65534", "--clear-groups", HelmLab.trimtab.string, "sync", "--once"]
                    + ["--fleet", site.fleet.path, "--state", site.state, "--trust", folder.path + "/trust.yaml"],
                environment: ["PATH": "/usr/bin:/bin", "HOME": folder.path, "TRIMTAB_HELM": helm.path])
            #expect(result.status == 0, "\(result.text)")
            #expect(site.file("srv/web") == "here\n")
        }
    }
}
