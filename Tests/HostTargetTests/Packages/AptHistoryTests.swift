// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Testing

@testable import HostTarget

@Suite struct AptHistoryTests {
    private let history = """

        Start-Date: 2026-11-01  10:00:00
        Commandline: apt-get install nginx
        Install: nginx:amd64 (1.22.1-9), nginx-common:all (1.22.1-9, automatic)
        End-Date: 2026-11-01  10:00:03

        Start-Date: 2026-11-02  10:00:00
        Commandline: apt-get remove nginx
        Requested-By: alice (1000)
        Remove: nginx:amd64 (1.22.1-9), nginx-extra:amd64 (1)
        End-Date: 2026-11-02  10:00:03

        Start-Date: 2026-11-03  10:00:00
        Commandline: \(Apt.ownCommand) -o Some::Thing=1 -- curl+
        Install: curl:amd64 (7.88)
        End-Date: 2026-11-03  10:00:03

        """

    private func who(_ package: Text, _ history: String) -> Text? {
        AptHistory.whoChanged(package, in: Array(history.utf8))
    }

    @Test func `the newest run that concerns a package says for whom and how`() {
        #expect(who("nginx", history) == "alice (1000), apt-get remove nginx")
        #expect(who("nginx-common", history) == "apt-get install nginx")
    }

    @Test func `a package whose name another begins with is another`() {
        #expect(who("ngin", history) == nil && who("extra", history) == nil)
    }

    @Test func `after a run of ours nobody else is blamed for what came past apt`() {
        #expect(who("curl", history) == nil)
        #expect(who("curl", "Commandline: apt remove curl\nRemove: curl:amd64 (7)\n\n" + history) == nil)
    }

    @Test(arguments: ["", "\n\n\n", "Remove: nginx", ":\n:::", "Commandline: x\nRemove: )nginx:amd64 ("])
    func `what is no history tells nothing`(text: String) {
        #expect(who("nginx", text) == nil || text.hasPrefix("Commandline"))
    }

    @Test func `what a command line holds cannot fool a terminal`() {
        let text = "Commandline: apt remove nginx \u{1B}[2J\nRemove: nginx:amd64 (1)\n"
        #expect(who("nginx", text)?.string.contains("\u{1B}") == false)
    }
}
