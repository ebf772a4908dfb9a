// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

/// An element that has content.
struct Tag: Sendable {
    private let name: StaticString

    init(_ name: StaticString) { self.name = name }

    /// An attribute that is `nil` is left out.
    func callAsFunction(_ attributes: Attribute?..., @HTMLBuilder content: () -> HTML) -> HTML {
        var bytes: [UInt8] = []
        open(name, attributes, &bytes)
        bytes += content().bytes
        bytes += "</".utf8
        name.withUTF8Buffer { bytes += $0 }
        bytes.append(UInt8(ascii: ">"))
        return HTML(written: bytes)
    }
}

/// An element that never has content.
struct VoidTag: Sendable {
    private let name: StaticString

    init(_ name: StaticString) { self.name = name }

    func callAsFunction(_ attributes: Attribute?...) -> HTML {
        var bytes: [UInt8] = []
        open(name, attributes, &bytes)
        return HTML(written: bytes)
    }
}

private func open(_ name: StaticString, _ attributes: [Attribute?], _ bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "<"))
    name.withUTF8Buffer { bytes += $0 }
    for case let attribute? in attributes { attribute.write(to: &bytes) }
    bytes.append(UInt8(ascii: ">"))
}

/// The elements that pages are made of. None of them can hold a script or a style of its own: both are served as files.
enum H {
    static let a = Tag("a")
    static let article = Tag("article")
    static let aside = Tag("aside")
    static let body = Tag("body")
    static let button = Tag("button")
    static let caption = Tag("caption")
    static let code = Tag("code")
    static let dd = Tag("dd")
    static let del = Tag("del")
    static let details = Tag("details")
    static let div = Tag("div")
    static let dl = Tag("dl")
    static let dt = Tag("dt")
    static let em = Tag("em")
    static let fieldset = Tag("fieldset")
    static let footer = Tag("footer")
    static let form = Tag("form")
    static let h1 = Tag("h1")
    static let h2 = Tag("h2")
    static let h3 = Tag("h3")
    static let head = Tag("head")
    static let header = Tag("header")
    static let html = Tag("html")
    static let ins = Tag("ins")
    static let label = Tag("label")
    static let legend = Tag("legend")
    static let li = Tag("li")
    static let main = Tag("main")
    static let nav = Tag("nav")
    static let ol = Tag("ol")
    static let option = Tag("option")
    static let p = Tag("p")
    static let pre = Tag("pre")
    /// From a file, never with content.
    static let script = Tag("script")
    static let section = Tag("section")
    static let select = Tag("select")
    static let span = Tag("span")
    static let strong = Tag("strong")
    static let summary = Tag("summary")
    static let svg = Tag("svg")
    static let table = Tag("table")
    static let tbody = Tag("tbody")
    static let td = Tag("td")
    static let textarea = Tag("textarea")
    static let th = Tag("th")
    static let thead = Tag("thead")
    static let time = Tag("time")
    static let title = Tag("title")
    static let tr = Tag("tr")
    static let ul = Tag("ul")

    static let input = VoidTag("input")
    static let link = VoidTag("link")
    static let meta = VoidTag("meta")
    /// Drawn inside `svg`, where HTML's parser wants no end either.
    static let rect = Tag("rect")
    static let use = Tag("use")
}
