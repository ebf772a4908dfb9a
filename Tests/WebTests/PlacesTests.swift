// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Manifest
import TestSupport
import Testing
import Web

@Suite struct PlacesTests {
    private func ask(_ route: PageRoute, _ words: Text) async -> String {
        let pages = Pages(clock: { Sample.now })
        return await pages.get(route, of: Sample.engine, query: ["q": .string(words)]).text
    }

    @Test func `targets are found by their names and by what runs there`() async {
        let dev = await ask(.targets, "DEV")
        #expect(dev.contains("href=\"/?target=dev\"") && !dev.contains("href=\"/?target=prod\""))
        let database = await ask(.targets, "postgres")
        #expect(database.contains("href=\"/?target=prod\"") && !database.contains("href=\"/?target=dev\""))
        #expect(await ask(.targets, "nothing").contains("No target matches"))
    }

    @Test func `projects and sources are found, and the search stands in its field`() async {
        #expect(await ask(.projects, "shop prod").contains("href=\"/?project=shop\""))
        #expect(await ask(.projects, "shop nowhere").contains("No project matches"))
        let sources = await ask(.sources, "git.example.org")
        #expect(sources.contains("branch main") && sources.contains("value=\"git.example.org\""))
        #expect(await ask(.sources, "elsewhere").contains("No source matches"))
    }
}
