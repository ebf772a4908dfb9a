// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Journal
import Manifest
import Model
import Testing

@Suite struct CheckpointVerificationTests {
    @Test("A journal that goes on extends its checkpoints") func extends() throws {
        let records = try sampleRecords(20)
        let checkpoints = [0, 5, 20].map { checkpoint(records.prefix($0)) }
        let report = verify(records, checkpoints: checkpoints)
        #expect(report.findings == [])
        #expect(report.extends == checkpoints)
    }

    @Test("A journal cut off at its end is found only with a checkpoint") func truncated() throws {
        let records = try sampleRecords(20)
        let checkpoint = checkpoint(records)
        let cut = Array(records.prefix(12))
        #expect(verify(cut).isIntact)
        let report = verify(cut, checkpoints: [checkpoint])
        #expect(report.findings == [.truncated(checkpoint, last: 12)])
        #expect("\(report.findings)".contains("events 13 to 20 are gone from the end"))
        #expect(verify([], checkpoints: [checkpoint]).findings == [.truncated(checkpoint, last: 0)])
    }

    @Test("A history rewritten from some event on is a fork, named by the last event vouched for")
    func forked() throws {
        let records = try sampleRecords(20)
        let kept = Array(records.prefix(9))
        let rewritten = kept + (try sampleRecords(15, after: head(of: kept)))
        let early = checkpoint(records.prefix(7))
        let late = checkpoint(records)
        #expect(verify(rewritten).isIntact)
        let report = verify(rewritten, checkpoints: [late, early])
        #expect(report.extends == [early])
        #expect(report.findings == [.forked(late, matching: 7)])
    }

    @Test("A restored journal says so by its incarnation") func restored() throws {
        let records = try sampleRecords(20)
        let kept = Array(records.prefix(9))
        let again = kept + (try sampleRecords(15, incarnation: 2, after: head(of: kept)))
        let late = checkpoint(records)
        #expect(verify(again, checkpoints: [late]).findings == [.restored(late, from: 10)])
        let report = verify(again, checkpoints: [checkpoint(kept)])
        #expect(report.isIntact)
        #expect(report.incarnation == 2)
    }

    @Test("A checkpoint of another journal is refused") func foreign() throws {
        var other = checkpoint(try sampleRecords(5))
        other.writer = "ffffffffffffffffffffffffffffffff"
        #expect(verify(try sampleRecords(5), checkpoints: [other]).findings == [.foreignCheckpoint(other)])
    }

    @Test("The incarnation cannot go back") func olderIncarnation() throws {
        let records = try sampleRecords(3, incarnation: 2)
        #expect(verify(records + (try sampleRecords(1, after: head(of: records)))).findings == [.olderIncarnation(4)])
    }
}
