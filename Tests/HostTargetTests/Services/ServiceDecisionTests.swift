// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Testing

@testable import HostTarget

@Suite struct ServiceDecisionTests {
    private func state(
        _ activity: ServiceState.Activity, _ enablement: ServiceState.Enablement = .enabled,
        load: ServiceState.Load = .loaded, isStale: Bool = false
    ) -> ServiceState {
        ServiceState(load: load, activity: activity, enablement: enablement, isStale: isStale)
    }

    private func wish(enabled: Bool? = nil, running: Bool? = nil, due: Reaction? = nil) throws -> ServiceWish {
        ServiceWish(service: try #require(ServiceName("nginx")), isEnabled: enabled, isRunning: running, due: due)
    }

    @Test func `a service that is as wished is left alone`() throws {
        let decision = try ServiceDecision.plan(try wish(enabled: true, running: true), state(.active))
        #expect(decision == ServiceDecision())
    }

    @Test func `a stopped service is enabled and started, and the fields say so`() throws {
        let decision = try ServiceDecision.plan(
            try wish(enabled: true, running: true), state(.failed("exit-code"), .disabled))
        #expect(decision.acts == [.enable, .start])
        #expect(decision.fields.map { "\($0.path)" } == ["spec.enabled", "spec.running"])
        #expect(decision.fields.last?.old == "failed (exit-code)")
    }

    @Test func `a service that systemd is about to start again by itself is left to it`() throws {
        #expect(try ServiceDecision.plan(try wish(running: true), state(.starting)) == ServiceDecision())
    }

    @Test func `a service that was just started is not reloaded as well`() throws {
        #expect(try ServiceDecision.plan(try wish(running: true, due: .restart), state(.inactive)).acts == [.start])
    }

    @Test(arguments: [(Reaction.reload, ServiceAct.reload), (.restart, .restart)])
    func `a running service does what is due`(due: Reaction, act: ServiceAct) throws {
        #expect(try ServiceDecision.plan(try wish(running: true, due: due), state(.active)).acts == [act])
        #expect(try ServiceDecision.plan(try wish(due: due), state(.active)).acts == [act])
    }

    @Test func `a service that is not wished to run stops, and what was due with it`() throws {
        #expect(try ServiceDecision.plan(try wish(running: false, due: .reload), state(.active)).acts == [.stop])
        #expect(try ServiceDecision.plan(try wish(due: .reload), state(.inactive)).acts == [])
    }

    @Test func `changed files are read before anything is decided on them`() throws {
        #expect(try ServiceDecision.plan(try wish(running: true), state(.active, isStale: true)).readsDefinitions)
    }

    @Test func `what cannot be done says what to do`() throws {
        for (wish, state, words) in [
            (try wish(running: true), state(.inactive, load: .notFound), "declare its package"),
            (try wish(running: true), state(.inactive, load: .masked), "systemctl unmask nginx.service"),
            (try wish(running: true), state(.inactive, load: .broken("bad-setting")), "bad-setting"),
            (try wish(enabled: true), state(.active, .fixed), "cannot be enabled"),
        ] {
            #expect {
                _ = try ServiceDecision.plan(wish, state)
            } throws: { error in
                "\(error)".contains(words)
            }
        }
    }

    @Test(arguments: ["nginx", "nginx.service", "backup.timer", "getty@tty1", "a_b-c:d"])
    func `names of services`(name: String) { #expect(ServiceName(Text(name)) != nil) }

    @Test(arguments: ["", "../x", "a/b", "-x", ".hidden", "getty@.service", "getty@", "é", "a b", "a\nb"])
    func `what is no name of a service is refused`(name: String) { #expect(ServiceName(Text(name)) == nil) }

    @Test func `a path tells whose file it is`() throws {
        func owner(_ path: Text) throws -> String? {
            ServiceName(owning: try #require(HostPath(path)))?.string
        }
        #expect(try owner("/etc/systemd/system/web.service") == "web.service")
        #expect(try owner("/etc/systemd/system/web.service.d/limits.conf") == "web.service")
        #expect(try owner("/etc/systemd/system/web.service.d/a/b") == nil)
        #expect(try owner("/etc/systemd/web.service") == nil)
    }

    @Test func `systemd's paths are read back`() {
        #expect(Systemd.service(at: "/org/freedesktop/systemd1/unit/nginx_2eservice") == ServiceName("nginx"))
        #expect(Systemd.service(at: "/org/freedesktop/systemd1/unit/nginx_2") == nil)
        #expect(Systemd.service(at: "/org/freedesktop/systemd1/job/1") == nil)
    }
}
