#include "core/model/diagnosis.h"

namespace hopscope::model {

const char* id(Verdict verdict)
{
    switch (verdict) {
    case Verdict::Healthy: return "healthy";
    case Verdict::Degraded: return "degraded";
    case Verdict::Failing: return "failing";
    case Verdict::Unknown: return "unknown";
    }
    return "unknown";
}

const char* id(Bearing bearing)
{
    switch (bearing) {
    case Bearing::Supports: return "supports";
    case Bearing::Contradicts: return "contradicts";
    case Bearing::NotEvaluated: return "not-evaluated";
    }
    return "not-evaluated";
}

const char* id(Risk risk)
{
    switch (risk) {
    case Risk::ReadOnly: return "read-only";
    case Risk::Restart: return "restart";
    case Risk::Change: return "change";
    }
    return "change";
}

const char* id(Severity severity)
{
    switch (severity) {
    case Severity::Note: return "note";
    case Severity::Warning: return "warning";
    case Severity::Critical: return "critical";
    }
    return "note";
}

}
