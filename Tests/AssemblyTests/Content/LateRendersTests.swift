// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Model
import Rendering
import TestSupport
import Testing

@testable import Assembly

@Suite struct LateRendersTests {
    private let web = unit("web"), other = unit("other")
    private let first = Digest(of: [1]), second = Digest(of: [2])

    private func version(_ digit: Character) throws -> Version {
        let commit: CommitID = try #require(CommitID(hex: String(repeating: digit, count: 40)))
        return Version(fleet: nil, source: commit)
    }

    /// Each render with content of its own.
    private func content(of render: Digest) -> ContentKey { ContentKey([], as: render) }

    private func render(_ digest: Digest) -> LateRenders.Render {
        LateRenders.Render(digest: digest, content: content(of: digest))
    }

    @Test func `a render is known at its commit, until it is made in another way`() throws {
        var renders = LateRenders()
        for unit in [web, other] {
            renders.note(
                first, content(of: first), of: unit, at: try version("1"), reading: Trace(followsLinks: false), since: 0
            )
        }
        #expect(renders.render(of: web, at: try version("1")) == render(first))
        #expect(renders.render(of: web, at: try version("2")) == nil)
        renders.change([web])
        #expect(renders.render(of: web, at: try version("1")) == nil)
        #expect(renders.render(of: other, at: try version("1")) == render(first))
        renders.forget()
        #expect(renders.render(of: other, at: try version("1")) == nil)
    }

    @Test func `what was begun in the old way is not noted in the new`() throws {
        var renders = LateRenders()
        let epoch = renders.epoch
        renders.change([other])
        renders.note(
            first, content(of: first), of: web, at: try version("1"), reading: Trace(followsLinks: false), since: epoch)
        #expect(renders.render(of: web, at: try version("1")) == nil)
        renders.note(
            second, content(of: second), of: web, at: try version("1"), reading: Trace(followsLinks: false),
            since: renders.epoch)
        #expect(renders.render(of: web, at: try version("1")) == render(second))
    }

    @Test func `what may be something else at the same commit is not noted`() throws {
        var renders = LateRenders()
        let folder = Version(fleet: nil, source: nil)
        renders.note(first, content(of: first), of: web, at: folder, reading: Trace(followsLinks: false), since: 0)
        #expect(renders.render(of: web, at: folder) == nil)
        var trace = Trace(followsLinks: false)
        trace.remotes["https://example.org/base"] = Trace.Remote(
            folder: .root, following: "main", trace: Trace(followsLinks: false))
        renders.note(first, content(of: first), of: web, at: try version("1"), reading: trace, since: 0)
        #expect(renders.render(of: web, at: try version("1")) == nil)
    }
}
