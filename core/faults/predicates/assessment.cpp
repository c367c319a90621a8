#include "core/faults/predicates/assessment.h"

namespace hopscope::faults {

namespace {
double noisyOr(double belief, double weight) { return 1 - (1 - belief) * (1 - weight); }
}

Assessment& Assessment::supports(double weight, model::Evidence evidence)
{
    m_support = noisyOr(m_support, weight);
    evidence.bearing = model::Bearing::Supports;
    m_evidence.push_back(std::move(evidence));
    return *this;
}

Assessment& Assessment::contradicts(double weight, model::Evidence evidence)
{
    m_against = noisyOr(m_against, weight);
    evidence.bearing = model::Bearing::Contradicts;
    evidence.rulesOut = { m_cause };
    m_evidence.push_back(std::move(evidence));
    return *this;
}

Assessment& Assessment::notEvaluated(model::Evidence evidence)
{
    evidence.bearing = model::Bearing::NotEvaluated;
    m_evidence.push_back(std::move(evidence));
    return *this;
}

}
