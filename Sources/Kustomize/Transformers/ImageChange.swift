// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Manifest

/// One entry of `images`: another name, tag or digest for an image.
struct ImageChange {
    let name: Text
    private let newName: Text
    private let newTag: Text
    private let tagSuffix: Text
    private let digest: Text
    private let pattern: Pattern

    init(_ item: Field) throws(KustomizeError) {
        let fields = try item.fields(["name", "newName", "newTag", "tagSuffix", "digest"], of: "an image")
        name = try fields.text("name")
        newName = try fields.text("newName")
        newTag = try fields.text("newTag")
        tagSuffix = try fields.text("tagSuffix")
        digest = try fields.text("digest")
        do throws(PatternError) {
            pattern = try Pattern(
                "\(name)(:[a-zA-Z0-9_.{}-]*)?(@sha256:[a-zA-Z0-9_.{}-]*)?", anchored: true)
        } catch {
            throw (fields["name"] ?? item).error(
                "\(name.quoted) cannot stand for an image: \(error.reason)",
                advice: "the name is a regular expression; put a backslash before special characters")
        }
    }

    func apply(
        to set: inout ResourceSet, _ specs: [FieldSpec], _ allowance: inout Allowance
    ) throws(KustomizeError) {
        try set.changeContents { (resource) throws(KustomizeError) in
            if resource.kind == "CustomResourceDefinition" { return }
            let quoted = resource.quoted
            guard changeContainers(in: &resource.value, quoted: quoted, &allowance) else {
                throw KustomizeError(resource.place.asPlace, "images: \(allowance.refusal)", code: .tooMuch)
            }
            for spec in specs {
                try resource.change(spec, creating: .nothing, by: "images", &allowance) { (value) throws(WalkFailure) in
                    guard value.scalarText != nil else { throw WalkFailure(reason: "it is \(value.kindInWords)") }
                    change(&value, quoted: quoted)
                }
            }
        }
    }

    /// The images of all items of lists that are called `containers` or `initContainers`, wherever they are.
    ///
    /// - Returns: false when the build may not go on.
    private func changeContainers(
        in value: inout Value, quoted: Set<Text>, _ allowance: inout Allowance
    ) -> Bool {
        var goesOn = allowance.take()
        switch value.shape {
        case .map:
            _ = value.editObject { object in
                for index in object.pairs.indices where goesOn {
                    switch object.pairs[index].value.shape {
                    case .map, .list: break
                    case .null, .scalar: continue
                    }
                    goesOn = changeContainers(in: &object[at: index], quoted: quoted, &allowance)
                    let key = object.pairs[index].key
                    guard key == "containers" || key == "initContainers" else { continue }
                    _ = object[at: index].editArray { items in
                        for index in items.indices {
                            _ = items[index].editObject { $0.edit("image") { change(&$0, quoted: quoted) } }
                        }
                    }
                }
            }
        case .list:
            _ = value.editArray { items in
                for index in items.indices where goesOn {
                    goesOn = changeContainers(in: &items[index], quoted: quoted, &allowance)
                }
            }
        case .null, .scalar: break
        }
        return goesOn
    }

    private func change(_ value: inout Value, quoted: Set<Text>) {
        guard let old = value.scalarText, pattern.matches(old) else { return }
        let new = changed(ImageName(old))
        if new != old { value = value.rewritten(new, quoted: quoted) }
    }

    private func changed(_ old: ImageName) -> Text {
        var image = old
        if !newName.isEmpty { image.name = newName }
        if !newTag.isEmpty {
            image.tag = newTag
            image.digest = digest
        } else if !digest.isEmpty {
            image.tag = ""
            image.digest = digest
        } else if !tagSuffix.isEmpty {
            image.tag = "\(image.tag)\(tagSuffix)"
            image.digest = ""
        }
        return image.text
    }
}

/// The parts of an image's name: `registry:5000/name:tag@sha256:…`.
struct ImageName {
    var name: Text
    /// Empty when there is none.
    var tag: Text = ""
    var digest: Text = ""

    init(_ text: Text) {
        let bytes = Array(text.utf8)
        // A colon before the first slash belongs to a registry's port.
        let start = bytes.firstIndex(of: UInt8(ascii: "/")).flatMap { $0 > 0 ? $0 : nil } ?? 0
        let at = bytes[start...].firstIndex(of: UInt8(ascii: "@"))
        let colon = bytes[start...].firstIndex(of: UInt8(ascii: ":"))
        func part(_ range: Range<Int>) -> Text { Text(String(decoding: bytes[range], as: UTF8.self)) }
        switch (colon, at) {
        case (let colon?, let at?) where colon < at:
            name = part(0..<colon)
            tag = part((colon + 1)..<at)
            digest = part((at + 1)..<bytes.count)
        case (_, let at?):
            name = part(0..<at)
            digest = part((at + 1)..<bytes.count)
        case (let colon?, nil):
            name = part(0..<colon)
            tag = part((colon + 1)..<bytes.count)
        case (nil, nil): name = text
        }
    }

    var text: Text {
        var text = name.string
        if !tag.isEmpty { text += ":" + tag.string }
        if !digest.isEmpty { text += "@" + digest.string }
        return Text(text)
    }
}
