// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest
import Testing
import Web

@Suite struct AssetTests {
    @Test(arguments: Asset.all.map(\.name))
    func `a file's name changes with what is in it`(name: Text) throws {
        let asset = try #require(Asset.named(name))
        #expect(name.string.contains(Digest(of: asset.bytes).short))
    }

    @Test(arguments: Asset.all.map(\.name))
    func `no file fetches anything from elsewhere`(name: Text) throws {
        let text = String(decoding: try #require(Asset.named(name)).bytes, as: UTF8.self)
        let plain = text.replacing("http://www.w3.org/2000/svg", with: "")
        for word in ["http:", "https:", "//cdn", "@import", "url(", "eval(", "new Function", "innerHTML ="] {
            #expect(!plain.contains(word), "\(word)")
        }
    }

    @Test func `files are small`() { #expect(Asset.all.reduce(0) { $0 + $1.bytes.count } < 40_000) }

    @Test func `the marks that pages use are drawn`() throws {
        for page in EveryPage(saying: "x").all {
            let html = try StrictHTML(page.document(for: .ada).bytes)
            let ids = Set(html.elements.compactMap { $0.attributes.first { $0.name == "id" }?.value })
            for use in html.elements where use.name == "use" {
                let mark = try #require(use.attributes.first?.value)
                #expect(ids.contains(String(mark.dropFirst())), "\(mark)")
            }
        }
    }
}
