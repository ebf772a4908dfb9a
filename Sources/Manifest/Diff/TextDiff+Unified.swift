// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

extension TextDiff {
    /// The difference in the unified format that `diff -u`, `patch` and Git use; empty when the texts are the same.
    ///
    /// Contents stand in it as they are: escape what goes to a terminal.
    package static func unified(
        _ old: [UInt8], _ new: [UInt8], oldName: Text = "old", newName: Text = "new", context: Int = 3
    ) -> [UInt8] {
        switch compare(old, new, context: context) {
        case .same: return []
        case .binary: return Array("Binary files \(oldName) and \(newName) differ\n".utf8)
        case .tooLarge: return Array("Files \(oldName) and \(newName) differ; they are too large to show\n".utf8)
        case .hunks(let hunks):
            var output = Array("--- \(oldName)\n+++ \(newName)\n".utf8)
            for hunk in hunks { hunk.append(to: &output) }
            return output
        }
    }
}

extension TextDiff.Hunk {
    /// `@@ -1,3 +1,4 @@` and the lines below it.
    package func append(to output: inout [UInt8]) {
        output += "@@ -\(Self.range(old)) +\(Self.range(new)) @@\n".utf8
        for line in lines {
            switch line.kind {
            case .context: output.append(UInt8(ascii: " "))
            case .removed: output.append(UInt8(ascii: "-"))
            case .added: output.append(UInt8(ascii: "+"))
            }
            output += line.bytes
            output += (line.hasLineFeed ? "\n" : "\n\\ No newline at end of file\n").utf8
        }
    }

    /// 1-based; an empty range names the line before it.
    private static func range(_ range: Range<Int>) -> String {
        switch range.count {
        case 0: "\(range.lowerBound),0"
        case 1: "\(range.lowerBound + 1)"
        default: "\(range.lowerBound + 1),\(range.count)"
        }
    }
}
