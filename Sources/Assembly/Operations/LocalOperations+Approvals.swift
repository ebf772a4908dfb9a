// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import API
import Engine
import Fleet
import Manifest
import Model

extension LocalOperations {
    func approve(_ request: ApprovalRequest, by principal: Principal) async throws(APIError) -> ActResult {
        let (snapshot, rule) = try await waiting(request)
        if !request.isBreakGlass {
            try requireMember(principal, of: rule)
            if rule.notAuthor { try await refuseAuthor(principal, of: snapshot) }
        }
        let approved = Approved(
            plan: request.plan, groups: principal.groups, isBreakGlass: request.isBreakGlass, reason: request.reason)
        try await act([approved.draft(of: request.unit, by: principal.actor)])
        return ActResult(message: "approved the plan \(request.plan.short)", units: [request.unit])
    }

    func reject(_ request: ApprovalRequest, by principal: Principal) async throws(APIError) -> ActResult {
        let (_, rule) = try await waiting(request)
        try requireMember(principal, of: rule)
        let rejected = Rejected(plan: request.plan, reason: request.reason)
        try await act([rejected.draft(of: request.unit, by: principal.actor)])
        return ActResult(message: "rejected the plan \(request.plan.short)", units: [request.unit])
    }

    /// The unit and its rule, when it waits with exactly that plan.
    private func waiting(_ request: ApprovalRequest) async throws(APIError) -> (UnitSnapshot, ApprovalRule) {
        // Without a daemon nobody has looked yet.
        if try await find(request.unit).plan == nil { await engine.settle() }
        let snapshot = try await find(request.unit)
        guard let rule = snapshot.managed.policy.approval else {
            throw APIError(
                .conflict, "\(request.unit): asks for no approval",
                advice: "\"trimtab confirm\" lets through what a guard holds back")
        }
        guard snapshot.plan == request.plan, snapshot.record.blocked?.plan == request.plan else {
            throw APIError(
                .conflict, "the plan \(request.plan.short) is not the one that \(request.unit) waits with",
                advice: "look at trimtab plan again")
        }
        return (snapshot, rule)
    }

    private func requireMember(_ principal: Principal, of rule: ApprovalRule) throws(APIError) {
        if rule.counts(principal.actor, in: principal.groups) { return }
        let names = rule.from.map(\.string).joined(separator: ", ")
        throw APIError(
            .forbidden, "\(principal) is none of those whose word counts: \(Text(names))",
            advice: "ask one of them; --break-glass does without them, on record")
    }

    /// Those do not count who wrote what has come since what is applied. Where nobody can tell, nobody counts.
    private func refuseAuthor(_ principal: Principal, of snapshot: UnitSnapshot) async throws(APIError) {
        guard case .user(let name) = principal.identity else { return }
        let unit = snapshot.managed.unit
        let commits: [UnitCommit]
        do throws(APIError) {
            commits = try await self.commits(of: unit, limit: 1000)
        } catch {
            throw APIError(.forbidden, "\(unit): nobody can tell who wrote what would be applied: \(error.message)")
        }
        let names = [name] + principal.aliases
        for commit in commits.prefix(while: { !$0.isCurrent })
        where names.contains(where: { Authorship.isOf($0, commit.author) }) {
            throw APIError(
                .forbidden, "\(principal) wrote \(Text(commit.commit.short)) of what would be applied",
                advice: "somebody else has to agree")
        }
    }
}

/// Whose a commit is, as the commit says.
enum Authorship {
    /// - Parameter author: `Ada <ada@example.org>`. Mail addresses are compared without regard to case.
    static func isOf(_ name: Text, _ author: Text) -> Bool {
        let name = folded(name.utf8)
        let bytes = folded(author.utf8)
        guard let open = bytes.lastIndex(of: UInt8(ascii: "<")), bytes.last == UInt8(ascii: ">") else {
            return bytes == name
        }
        let mail = bytes[(open + 1)...].dropLast()
        var person = bytes[..<open]
        while person.last == UInt8(ascii: " ") { person = person.dropLast() }
        return mail.elementsEqual(name) || person.elementsEqual(name)
    }

    private static func folded(_ bytes: some Sequence<UInt8>) -> [UInt8] {
        bytes.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 | 0x20 : $0 }
    }
}

extension UnitSnapshot {
    /// Whether a plan lacks nothing now but that others agree to it. A guard looks at it after that.
    func waitsForVotes(on plan: Digest) -> Bool {
        // What a guard holds back has its votes, or needs none: a rollback, and what goes on with a sync. Until somebody
        // has looked, all that waits is blocked, and the record says why.
        let isHeld =
            self.plan == nil ? record.blocked.map { !ApprovalCount.wrote($0.reason) } ?? true : state == .blocked
        guard !isHeld else { return false }
        let policy = managed.policy
        // That is asked first.
        let isConfirmable = policy.apply == .approved && !record.confirmed.contains(plan)
        guard !isConfirmable, let rule = policy.approval else { return false }
        return !ApprovalCount(rule, for: plan, votes: record.votes).isEnough
    }
}

extension ApprovalView {
    /// `nil` for a unit that waits for no approval.
    init?(_ snapshot: UnitSnapshot) {
        // Without a daemon nobody has looked yet, and what was on record last still waits.
        guard let rule = snapshot.managed.policy.approval, let plan = snapshot.record.blocked?.plan,
            snapshot.plan.map({ $0 == plan }) ?? true, snapshot.waitsForVotes(on: plan)
        else { return nil }
        self.init(rule, ApprovalCount(rule, for: plan, votes: snapshot.record.votes))
    }

    init(_ rule: ApprovalRule, _ count: ApprovalCount) {
        self.init(
            from: rule.from, needed: rule.count, notAuthor: rule.notAuthor, approvers: count.approvers,
            rejectedBy: count.rejection?.actor)
    }
}
