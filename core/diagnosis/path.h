#pragma once

#include "core/diagnosis/judgement.h"

namespace hopscope::diagnosis {

/// Where the walk from the user's end stopped.
struct Root {
    const Judgement* judgement = nullptr; ///< the hop nearest the root cause; null: none found
    bool isReplica = false; ///< others of its group still work
    double certainty = 1; ///< that it is this hop
};

/// Walks the hops that serve the request, from the user's end inwards, as long as what fails can come from
/// further in.
class Path {
public:
    Path(const model::Topology& topology, const std::vector<Judgement>& judgements);

    /// The root of a request that fails (or whose fate is not known, with a hop that does).
    Root rootOfFailure(RequestState request) const;
    /// A hop that fails while the request works: a replica, or something that is not needed for this answer.
    Root rootOfDegradation() const;
    /// The hop into the first server.
    const Judgement* entry() const;
    /// Hops that lead on from a node and serve the request.
    std::vector<const Judgement*> behind(const base::NodeId& node) const;

private:
    Root behindFailing(const base::NodeId& node, std::vector<base::NodeId>& seen) const;
    Root deepest(const Judgement& judgement, std::vector<base::NodeId>& seen) const;
    bool hasWorkingSibling(const Judgement& judgement) const;
    const Judgement* complainedOfBehind(const Judgement& server) const;
    const Judgement* unresolvedAtStart(const Judgement& intoProxy) const;
    bool isPassedThrough(const Judgement& into) const;
    Root guess(const Judgement& entry) const;

    const model::Topology& m_topology;
    const std::vector<Judgement>& m_judgements;
};

}
