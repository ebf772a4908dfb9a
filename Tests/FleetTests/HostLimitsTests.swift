// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Fleet
import Manifest
import Testing

@Suite struct HostLimitsTests {
    private let everything = HostLimits(paths: ["/**"])

    private func path(_ text: String) -> HostLimits.Access { .path(Array(text.utf8)) }

    @Test func `only what is listed is allowed`() {
        let limits = HostLimits(
            paths: ["/etc/nginx/**"], kinds: ["File"], services: ["nginx"], packages: ["nginx"], commands: ["nginx -t"])
        #expect(limits.allows(path("/etc/nginx/nginx.conf")))
        #expect(limits.allows(.kind("File")))
        #expect(limits.allows(.service("nginx.service")))
        #expect(limits.allows(.package("nginx")))
        #expect(limits.allows(.command("nginx -t")))
        #expect(!limits.allows(path("/etc/hosts")))
        #expect(!limits.allows(.kind("Link")))
        #expect(!limits.allows(.service("nginx.socket")))
        #expect(!limits.allows(.package("nginx-full")))
        #expect(!limits.allows(.command("nginx -t; true")))
    }

    @Test func `nothing listed allows nothing`() {
        for access in [path("/a"), .kind("File"), .service("a"), .package("a"), .command("a")] {
            #expect(HostLimits().refusal(of: access) != nil)
        }
    }

    @Test(arguments: [
        "/etc/shadow", "/etc/shadow-", "/etc/sudoers", "/etc/sudoers.d", "/etc/sudoers.d/shop", "/etc/passwd",
        "/root/.ssh/authorized_keys", "/home/alice/.ssh/authorized_keys", "/boot/vmlinuz", "/etc/ld.so.preload",
    ])
    func `a pattern does not open a protected path`(protected: String) {
        #expect(everything.refusal(of: path(protected))?.contains("protected") == true)
        let named = HostLimits(paths: [Text(protected)])
        #expect(named.allows(path(protected)))
    }

    @Test(arguments: ["/proc/sys/kernel/core_pattern", "/sys/x", "/dev/sda", "/var/lib/trimtab/journal.db"])
    func `some paths are opened by nothing`(protected: String) {
        #expect(!everything.allows(path(protected)))
        #expect(!HostLimits(paths: [Text(protected)]).allows(path(protected)))
    }

    @Test func `a state folder elsewhere is protected too`() {
        let protected = ProtectedPaths.standard.adding(folder: "/srv/state")
        #expect(!everything.allows(path("/srv/state/journal.db"), protected: protected))
        #expect(everything.allows(path("/srv/other"), protected: protected))
    }

    @Test func `a refusal prints on one line`() {
        let refusal = HostLimits().refusal(of: path("/a\nb\u{1B}[2J"))
        #expect(refusal?.contains("\n") == false)
        #expect(refusal?.contains("\u{1B}") == false)
    }
}
