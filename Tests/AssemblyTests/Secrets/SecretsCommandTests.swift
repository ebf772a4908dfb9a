// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Age
import Assembly
import Commands
import Foundation
import Manifest
import TestSupport
import Testing

/// `trimtab secrets`, as people use it.
@Suite struct SecretsCommandTests {
    /// A folder with a key and a `.sops.yaml` that names it.
    private func withKey(_ body: (TrialSite, String) async throws -> Void) async throws {
        try await TrialSite.with { site in
            let made = await site.trimtab("secrets", "keygen", "--output", "key.txt")
            #expect(made.status == .success, "\(made.errors)")
            let recipient = made.output.trimmingCharacters(in: .newlines)
            try site.write("creation_rules:\n- path_regex: \\.yaml$\n  age: \(recipient)\n", to: ".sops.yaml")
            try await body(site, recipient)
        }
    }

    @Test func `a key is made for its owner alone, and never over another`() async throws {
        try await withKey { site, recipient in
            #expect(recipient.hasPrefix("age1"))
            let attributes = try FileManager.default.attributesOfItem(atPath: site.folder.path + "/key.txt")
            #expect(attributes[.posixPermissions] as? Int == 0o600)
            let text = try site.read("key.txt")
            #expect(text.contains("# public key: \(recipient)\n"))
            #expect(try KeyFile.identities(Array(text.utf8)).count == 1)
            let again = await site.trimtab("secrets", "keygen", "--output", "key.txt")
            #expect(again.status == .blocked)
            #expect(try site.read("key.txt") == text)
            let hybrid = await site.trimtab("secrets", "keygen", "--hybrid", "--output", "later.txt")
            #expect(hybrid.output.hasPrefix("age1pq1"))
        }
    }

    @Test func `rotating commits the rotated files, and nothing else`() async throws {
        try await withKey { site, recipient in
            try site.write("a: canary-7e\n", to: "fleet/a.yaml")
            let encrypt = ["secrets", "encrypt", "--in-place", "--recipient", recipient, "fleet/a.yaml"]
            #expect(await site.trimtab(encrypt).status == .success)
            try site.commit("First")
            try site.git("config", "user.name", "Ada")
            try site.git("config", "user.email", "ada@example.org")
            let before = try site.read("fleet/a.yaml")
            try site.write("x", to: "fleet/other")
            try site.git("add", "other")
            let rotate = ["secrets", "rotate", "--commit", "--key-file", "key.txt", "fleet/a.yaml"]
            let run = await site.trimtab(rotate)
            #expect(run.status == .success, "\(run.errors)")
            #expect(try site.read("fleet/a.yaml") != before)
            let shown = try TestProcess.run(
                "/usr/bin/git", ["-C", site.folder.path + "/fleet", "show", "--name-only", "--format=%s"],
                environment: ["HOME": site.folder.path])
            #expect(shown.text == "Rotate data keys\n\na.yaml\n")
        }
    }

    @Test(arguments: ["file.yaml", "file.json", "file.env", "file.ini", "file.bin"])
    func `a file of every format is encrypted in place and decrypted`(name: String) async throws {
        let contents = [
            "file.yaml": "a: canary-7e # why\nlist:\n- 1\n", "file.json": "{\n  \"a\": \"canary-7e\"\n}\n",
            "file.env": "# c\nA=canary-7e\n", "file.ini": "[s]\na = canary-7e\n", "file.bin": "canary-7e\n",
        ]
        try await withKey { site, recipient in
            let plain = try #require(contents[name])
            try site.write(plain, to: name)
            let run = await site.trimtab("secrets", "encrypt", "--in-place", "--recipient", recipient, name)
            #expect(run.status == .success && run.output.isEmpty, "\(run.errors)")
            #expect(try !site.read(name).contains("canary"))
            let again = await site.trimtab("secrets", "encrypt", "--recipient", recipient, name)
            #expect(again.status != .success || name == "file.bin")
            let opened = await site.trimtab("secrets", "decrypt", "--key-file", "key.txt", name)
            #expect(opened.output == plain, "\(opened.errors)")
            let written = await site.trimtab("secrets", "decrypt", "--key-file", "key.txt", "--output", "out", name)
            #expect(written.output.isEmpty)
            #expect(try site.read("out") == plain)
            let attributes = try FileManager.default.attributesOfItem(atPath: site.folder.path + "/out")
            #expect(attributes[.posixPermissions] as? Int == 0o600)
        }
    }

    @Test func `a whole file of age goes there and back`() async throws {
        try await withKey { site, recipient in
            try site.write("canary-7e\n", to: "key.pem")
            await site.trimtab(
                "secrets", "encrypt", "--format", "age", "--recipient", recipient, "--output", "key.pem.age", "key.pem")
            #expect(try site.read("key.pem.age").hasPrefix("-----BEGIN AGE ENCRYPTED FILE-----\n"))
            let opened = await site.trimtab("secrets", "decrypt", "--key-file", "key.txt", "key.pem.age")
            #expect(opened.output == "canary-7e\n")
        }
    }

    @Test func `rules say to whom, and what does not fit them is refused`() async throws {
        try await withKey { site, _ in
            try site.write("a: 1\n", to: "deep/er/file.yaml")
            #expect(await site.trimtab("secrets", "encrypt", "-i", "deep/er/file.yaml").status == .success)
            try site.write("A=1\n", to: "file.env")
            let unfit = await site.trimtab("secrets", "encrypt", "file.env")
            #expect(unfit.status == .failure)
            #expect(unfit.errors.contains("no creation rule of "))
            try site.write("creation_rules:\n- {age: x, kms: y}\n", to: ".sops.yaml")
            #expect(await site.trimtab("secrets", "encrypt", "file.env").errors.contains("\"kms\" is not supported"))
        }
    }

    @Test func `keys are updated as the rules say, and a dry run only tells`() async throws {
        try await withKey { site, first in
            try site.write("a: 1\n", to: "file.yaml")
            await site.trimtab("secrets", "encrypt", "-i", "file.yaml")
            let second = await site.trimtab("secrets", "keygen", "--output", "second.txt")
                .output.trimmingCharacters(in: .newlines)
            try site.write("creation_rules:\n- age: \(second)\n", to: ".sops.yaml")
            let before = try site.read("file.yaml")
            let dry = await site.trimtab("secrets", "updatekeys", "--dry-run", "--key-file", "key.txt", "file.yaml")
            #expect(dry.status == .differs)
            #expect(dry.output == "file.yaml: + age \(second)\nfile.yaml: - age \(first)\n")
            #expect(try site.read("file.yaml") == before)
            let update = await site.trimtab("secrets", "updatekeys", "--key-file", "key.txt", "file.yaml")
            #expect(update.status == .success)
            let former = await site.trimtab("secrets", "decrypt", "--key-file", "key.txt", "file.yaml")
            #expect(former.status == .failure)
            let present = await site.trimtab("secrets", "decrypt", "--key-file", "second.txt", "file.yaml")
            #expect(present.output == "a: 1\n")
            let settled = await site.trimtab("secrets", "updatekeys", "--dry-run", "file.yaml")
            #expect(settled.status == .success, "\(settled.output)")
        }
    }

    @Test func `two files are compared by key, and no value is shown`() async throws {
        try await withKey { site, _ in
            try site.write("a: canary-7e\nb: {c: canary-8f, d: 1}\nlist: [x, y]\nz: old\n", to: "dev.yaml")
            try site.write("a: canary-7e\nb: {c: canary-9a, d: \"1\"}\nlist: [y, x]\nn: new\n", to: "prod.yaml")
            for name in ["dev.yaml", "prod.yaml"] { await site.trimtab("secrets", "encrypt", "-i", name) }
            let compare = ["secrets", "compare", "--key-file", "key.txt", "dev.yaml", "prod.yaml"]
            let run = await site.trimtab(compare)
            #expect(run.status == .differs, "\(run.errors)")
            let lines = [
                "  a: the same", "~ b.c: differs", "~ b.d: differs", "~ list: differs", "+ n: only in prod.yaml",
                "- z: only in dev.yaml",
            ]
            #expect(run.output == lines.joined(separator: "\n") + "\n")
            let json = await site.trimtab(compare + ["--output", "json"])
            #expect(try json.value.arrayValue?.first == ["key": "a", "state": "same"])
            #expect(try json.value.arrayValue?.count == 6)
            let same = await site.trimtab(compare.dropLast() + ["dev.yaml"])
            #expect(same.status == .success && same.output.contains("b.c: the same"))
            // Whoever cannot open both learns nothing.
            let keyless = await site.trimtab("secrets", "compare", "dev.yaml", "prod.yaml")
            #expect(keyless.status == .failure && keyless.output.isEmpty)
        }
    }

    @Test func `errors name the file and repeat nothing of it`() async throws {
        try await withKey { site, recipient in
            try site.write("a: canary-7e\nb: [\n", to: "file.yaml")
            let broken = await site.trimtab("secrets", "encrypt", "-r", recipient, "file.yaml")
            #expect(broken.errors.contains("file.yaml: line "))
            #expect(!broken.errors.contains("canary"))
            let plain = await site.trimtab("secrets", "decrypt", "file.yaml")
            #expect(plain.status == .failure)
            let absent = await site.trimtab("secrets", "decrypt", "nowhere.yaml")
            #expect(absent.status == .notFound)
            let unknown = await site.trimtab("secrets", "encrypt", "--format", "toml", "file.yaml")
            #expect(unknown.status == .usage)
            #expect(unknown.errors.contains("known are yaml, json, dotenv, ini, binary, age"))
        }
    }
}
