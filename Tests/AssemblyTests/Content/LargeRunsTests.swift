// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Testing

@testable import Assembly

/// When memory is given back: after one run that held much, and after many small ones that held as much together.
@Suite(.timeLimit(.minutes(5))) struct LargeRunsTests {
    @Test(arguments: [[500], Array(repeating: 4, count: 125), [1, 498, 1]])
    func `as many objects as are worth a look tell once`(objects: [Int]) async {
        let runs = LargeRuns()
        var news = runs.news.makeAsyncIterator()
        for count in objects { runs.ended(objects: count) }
        #expect(await news.next() != nil)
        // What comes next begins from nothing.
        await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                for await _ in runs.news { return true }
                return false
            }
            runs.ended(objects: 499)
            group.cancelAll()
            #expect(await group.next() == false)
        }
    }
}
