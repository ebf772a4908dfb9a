// SPDX-License-Identifier: Apache-2.0
// Copyright the Trimtab authors

import Fleet
import GitSource
import Model

/// Looking at what is followed: all of it at once.
extension FleetDesk {
    /// One way through a repository, and what a look found there.
    struct Looked: Sendable {
        var repository: Repository
        var follow: Follow
        var look: SourceLook
        /// The server has not answered yet; ``look`` is what was known before.
        var isWaiting = false
        var arrival: CommitSeen.Arrival?

        var finding: Finding { Finding(repository: repository, look: look, arrival: arrival) }
    }

    /// Looks at everything that is followed in sources. What is followed in the fleet's own repository is not looked at.
    func looks(
        at followings: some Sequence<Following>, since due: (SourceName?) -> Moment?
    ) async -> [Following: Result<Looked, any Error>] {
        var found: [Following: Result<Looked, any Error>] = [:]
        var asked: [Following] = []
        var questions: [Lookout.Question] = []
        for following in followings where found[following] == nil {
            do {
                let repository = try await repository(of: following.source)
                let follow = repository.follow(following.follow)
                found[following] = .success(Looked(repository: repository, follow: follow, look: SourceLook()))
                guard let name = following.source, case .git(let source) = repository.kind else { continue }
                asked.append(following)
                questions.append(Lookout.Question(source: source, follow: follow, since: due(name)))
            } catch {
                found[following] = .failure(error)
            }
        }
        for (following, answer) in zip(asked, await lookout.looks(questions)) {
            guard case .success(let looked)? = found[following] else { continue }
            found[following] = .success(take(answer, for: looked, of: following.source))
        }
        return found
    }

    /// Looks at the fleet's own repository.
    func lookAtFleet(since moment: Moment?) async -> Looked {
        let follow = fleet.follow(nil)
        let looked = Looked(repository: fleet, follow: follow, look: SourceLook())
        guard case .git(let source) = fleet.kind else { return looked }
        let question = Lookout.Question(source: source, follow: follow, since: moment)
        guard let answer = await lookout.looks([question]).first else { return looked }
        return take(answer, for: looked, of: SourceName(Source.fleetItself))
    }

    /// While a server does not answer, what the last look found stands.
    private func take(_ answer: Lookout.Answer, for looked: Looked, of source: SourceName?) -> Looked {
        var looked = looked
        (looked.look, looked.isWaiting) = (answer.look, answer.isWaiting)
        looked.arrival = answer.times.map { times in
            CommitSeen.Arrival(hinted: source.flatMap { hints[$0] }, began: times.began, ended: times.ended)
        }
        if answer.isWaiting, let before = source.flatMap({ looks[$0]?[looked.follow] }),
            before.repository.isSame(as: looked.repository)
        {
            looked.look = before.look
        }
        return looked
    }
}
