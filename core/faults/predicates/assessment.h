#pragma once

#include "core/model/diagnosis.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace hopscope::faults {

/// What one predicate says about one cause on one hop: evidence for and against, and the words and values
/// that come with it. Belief is a noisy-or of the supports, lessened by what contradicts; without support it
/// is 0.
class Assessment {
public:
    Assessment() = default;
    explicit Assessment(std::string cause)
        : m_cause(std::move(cause))
    {
    }

    /// `weight` in 0..1: how sure this item alone would make us.
    Assessment& supports(double weight, model::Evidence evidence);
    Assessment& contradicts(double weight, model::Evidence evidence);
    /// Something that would have told, but could not be read.
    Assessment& notEvaluated(model::Evidence evidence);

    const std::string& cause() const { return m_cause; }
    double belief() const { return m_support * (1 - m_against); }
    bool isSupported() const { return m_support > 0; }
    const std::vector<model::Evidence>& evidence() const { return m_evidence; }

    /// "shop.service is stopped, so port 3000 refuses connections": follows "X can't reach Y: ". No full
    /// stop.
    std::string because;
    std::string firstPlace; ///< empty: the catalogue's
    base::HostId host; ///< where it is to be mended; empty: the callee's
    std::string responsible; ///< empty: by the cause
    std::optional<base::TimePoint> onset;
    std::map<std::string, std::string> values; ///< for the remedies' placeholders

private:
    std::string m_cause;
    double m_support = 0;
    double m_against = 0;
    std::vector<model::Evidence> m_evidence;
};

}
