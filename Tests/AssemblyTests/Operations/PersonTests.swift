// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Commands
import Foundation
import Manifest
import Model
import Testing

/// What people do to units, with the real commands.
@Suite struct PersonTests {
    private func site(_ body: (TrialSite) async throws -> Void) async throws {
        try await TrialSite.with { site in
            for content in ["one", "two"] {
                try site.writeContent(content)
                try site.commit("Say \(content)")
                try await site.deploy(content)
            }
            try await body(site)
        }
    }

    @Test func `a rollback can be undone, and both are on record with who and why`() async throws {
        try await site { site in
            let page = "fleet/sandbox/dev/srv/site/index.html"
            #expect(await site.trimtab("rollback", "web@dev", "--reason", "500s").status == .success)
            let back = try site.read(page)
            await site.trimtab("sync", "--once")
            let later = try site.read(page)
            #expect(back == "one" && later == "one")
            let undone = await site.trimtab("rollback", "web@dev", "--undo", "--reason", "it was the database")
            #expect(undone.status == .success, "\(undone.errors)")
            #expect(try site.read(page) == "two")
            let log = await site.trimtab("log", "web@dev", "--kind", "rolledBack", "--kind", "badLifted")
            let lines = log.output.split(separator: "\n")
            #expect(lines.count == 2 && lines.allSatisfy { $0.hasSuffix(" by user:alice") }, "\(log.output)")
            #expect(lines.last?.contains("it was the database") == true)
            let again = await site.trimtab("rollback", "web@dev", "--undo")
            #expect(again.status == .blocked && again.errors.contains("nothing is marked bad"), "\(again.errors)")
        }
    }

    @Test func `content that is marked bad is left, and does not come back by any commit`() async throws {
        try await site { site in
            let page = "fleet/sandbox/dev/srv/site/index.html"
            let marked = await site.trimtab("mark-bad", "web@dev", "--reason", "leaks")
            #expect(marked.status == .success && marked.output.contains("bad"), "\(marked.errors)")
            await site.trimtab("sync", "--once")
            #expect(try site.read(page) == "one")
            #expect(try site.read("fleet/sandbox/prod/srv/site/index.html") == "two", "the mark is of one unit")
            let twice = await site.trimtab("mark-bad", "web@dev", "--reason", "leaks")
            #expect(twice.status == .blocked && twice.errors.contains("marked bad already"), "\(twice.errors)")
            // Something else is let in, and the same again is not.
            for (content, seen) in [("three", "three"), ("two", "three")] {
                try site.writeContent(content)
                try site.commit("Say \(content)")
                await site.trimtab("sync", "--once")
                #expect(try site.read(page) == seen)
            }
            let log = await site.trimtab("log", "web@dev", "--kind", "markedBad")
            #expect(log.output.contains("leaks") && log.output.contains(" by user:alice"), "\(log.output)")
            #expect(await site.trimtab("rollback", "web@dev", "--undo").status == .success)
            #expect(try site.read(page) == "two")
        }
    }

    @Test func `content can be marked bad only where the unit had it, and has somewhere to go`() async throws {
        try await site { site in
            let unknown = await site.trimtab("mark-bad", "web@dev", "--content", "0123456789")
            #expect(unknown.status == .notFound && unknown.errors.contains("has never been at"), "\(unknown.errors)")
            #expect(await site.trimtab("mark-bad", "web@dev", "--reason", "one").status == .success)
            await site.trimtab("sync", "--once")
            let newest = try #require(try await site.unit("web@dev")?["renderDigest"]?.stringValue)
            let last = await site.trimtab("mark-bad", "web@dev", "--content", newest.string, "--reason", "two")
            #expect(last.status == .blocked && last.errors.contains("could go nowhere"), "\(last.errors)")
        }
    }

    @Test func `status says why a unit stays at an earlier version, while it does`() async throws {
        try await site { site in
            await site.trimtab("rollback", "web@dev", "--reason", "500s")
            let words = "rolled back: stays at "
            let unit = try await site.unit("web@dev")
            #expect(unit?["remarks"]?.arrayValue?.first?.stringValue?.string.hasPrefix(words) == true, "\(unit as Any)")
            let table = await site.trimtab("status", "web@dev")
            #expect(table.output.contains("note: " + words), "\(table.output)")
            await site.trimtab("rollback", "web@dev", "--undo")
            let undone = try #require(try await site.unit("web@dev"))
            #expect(undone["remarks"] == nil, "\(undone)")
        }
    }

    @Test func `a plan says what a sync would do after a rollback, and why`() async throws {
        try await site { site in
            await site.trimtab("rollback", "web@dev", "--reason", "500s")
            for command in [["plan", "web@dev"], ["sync", "web@dev", "--dry-run", "--once"]] {
                let run = await site.trimtab(command)
                #expect(run.status == .success, "nothing would change: \(run.output)")
                #expect(run.output.contains(": nothing to do\n  note: stays at "), "\(run.output)")
            }
            // Asked for by its name it is shown, and that it does not come.
            let named = await site.trimtab("plan", "web@dev", "--revision", "main")
            #expect(named.status == .differs && named.output.contains("this content is marked bad"), "\(named.output)")
            await site.trimtab("rollback", "web@dev", "--undo")
            try site.writeContent("three")
            try site.commit("Say three")
            let run = await site.trimtab("plan", "web@dev")
            #expect(run.status == .differs && !run.output.contains("note:"), "\(run.output)")
        }
    }

    @Test func `a revision that is not there is told as such`() async throws {
        try await site { site in
            for command in ["plan", "render"] {
                let run = await site.trimtab(command, "web@dev", "--revision", "nosuch")
                #expect(run.status == .notFound)
                #expect(run.errors.contains("has no branch, tag or commit nosuch"), "\(run.errors)")
            }
        }
    }

    @Test func `a journal that names no such unit says so`() async throws {
        try await site { site in
            #expect(await site.trimtab("log", "web@dev").status == .success)
            let run = await site.trimtab("log", "web@prdo")
            #expect(run.status == .notFound && run.errors.contains("matches web@prdo"), "\(run.errors)")
        }
    }

    @Test func `history says who asked and why`() async throws {
        try await site { site in
            await site.trimtab("rollback", "web@dev", "--reason", "500s")
            let history = await site.trimtab("history", "web@dev")
            #expect(history.output.contains("user:alice"), "\(history.output)")
            #expect(history.output.contains("rolled back: 500s"), "\(history.output)")
        }
    }

    @Test func `nothing under way is nothing to cancel`() async throws {
        try await site { site in
            let run = await site.trimtab("cancel", "web@dev")
            #expect(run.status == .blocked && run.errors.contains("nothing is under way"), "\(run.errors)")
            #expect(await site.trimtab("cancel", "nothing").status == .notFound)
            let log = await site.trimtab("log", "--kind", "cancelled")
            #expect(log.output.isEmpty)
        }
    }

    @Test func `the commits that changed a unit are those of git log`() async throws {
        try await site { site in
            try site.write("elsewhere", to: "fleet/apps/other/file")
            try site.commit("Elsewhere")
            try site.writeContent("three")
            try site.commit("Say three")
            let run = await site.trimtab("history", "web@dev", "--commits", "--output", "json")
            let items = try JSON.read(Array(run.output.utf8))["items"]?.arrayValue ?? []
            #expect(items.compactMap { $0["subject"]?.stringValue } == ["Say three", "Say two", "Say one"])
            #expect(items.map { $0["current"] == true } == [false, true, false])
            let table = await site.trimtab("history", "web@dev", "--commits", "--limit", "1")
            #expect(table.output.contains("Ada <ada@example.org>"), "\(table.output)")
            #expect(!table.output.contains("Say two"))
        }
    }

    @Test func `a unit of a plain folder has no commits to show`() async throws {
        try await TrialSite.with { site in
            try await site.deploy("one")
            let run = await site.trimtab("history", "web@dev", "--commits")
            #expect(run.status == .blocked && run.errors.contains("plain folder"), "\(run.errors)")
        }
    }
}
