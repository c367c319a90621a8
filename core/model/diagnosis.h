#pragma once

#include "core/model/capture.h"
#include "core/model/topology.h"

#include <optional>
#include <string>
#include <vector>

namespace hopscope::model {

enum class Verdict { Healthy, Degraded, Failing, Unknown };
enum class Bearing { Supports, Contradicts, NotEvaluated };
enum class Risk { ReadOnly, Restart, Change };
enum class Severity { Note, Warning, Critical };

/// One thing that was seen, and what it says about the conclusion.
struct Evidence {
    std::string from;     ///< the vantage: a host's name, "laptop", or "HOST/container NAME"
    std::string check;    ///< "tcp-connect", "unit-state", "journal"
    std::string command;  ///< exactly what ran
    std::string observed; ///< what it showed: the telling lines, verbatim
    Bearing bearing = Bearing::Supports;
    std::vector<std::string> rulesOut; ///< cause ids
    base::TimePoint at {};
    Source source; ///< for the whole output

    bool operator==(const Evidence&) const = default;
};

/// One thing to do. Hopscope itself only ever runs read-only commands.
struct Remediation {
    std::string title;
    std::optional<base::HostId> host;
    std::vector<std::string> commands;
    std::string why;
    Risk risk = Risk::ReadOnly;
    std::string expect;
    std::string verify;
    std::vector<std::string> undo;

    bool operator==(const Remediation&) const = default;
};

struct Alternative {
    std::string failingHop;
    std::string variant;
    std::optional<std::string> cause;
    double confidence = 0;
    std::string toTellApart; ///< what to check to decide

    bool operator==(const Alternative&) const = default;
};

/// A weakness of a chain that works.
struct Advice {
    std::string id;
    Severity severity = Severity::Note;
    std::string node; ///< a node or hop id
    std::string summary;
    std::vector<Remediation> remediation;

    bool operator==(const Advice&) const = default;
};

/// The conclusion about one fault.
struct Finding {
    base::HopId failingHop; ///< nearest the root cause
    std::string variant;    ///< id of the fault catalogue
    std::optional<std::string> cause;
    double confidence = 0;
    std::string summary;    ///< for a founder
    std::string firstPlaceToCheck;
    std::string responsible; ///< this-machine · internet · dns · host · proxy · app · dependency · third-party
    std::optional<base::TimePoint> onset;
    std::vector<Evidence> evidence;
    std::vector<Change> changes; ///< newest first; coincidence, said as such
    std::vector<Remediation> remediation;
    std::vector<Remediation> prevention;

    bool operator==(const Finding&) const = default;
};

struct RequestResult {
    std::optional<int> status;
    std::optional<double> totalMs;
    std::optional<double> dnsMs;
    std::optional<double> connectMs;
    std::optional<double> tlsMs;
    std::optional<double> firstByteMs;
    std::optional<std::string> error;

    bool operator==(const RequestResult&) const = default;
};

struct HostReport {
    base::HostId name;
    bool isReachable = false;
    std::optional<base::Error> error;
    std::string os;
    Resources resources;

    bool operator==(const HostReport&) const = default;
};

/// The whole answer of one run: hopscope.diagnosis/1.
struct Diagnosis {
    std::string profile;
    std::string url;
    base::TimePoint startedAt {};
    base::Milliseconds duration {};
    Verdict verdict = Verdict::Unknown;
    RequestResult request;
    Topology topology;
    std::optional<Finding> finding; ///< empty exactly where the verdict is Healthy or Unknown
    std::string unknownReason;      ///< where Unknown: why, and what would settle it
    std::vector<Alternative> alternatives;
    std::vector<Advice> advice;
    std::vector<HostReport> hosts;
    std::vector<Gap> incomplete;

    bool operator==(const Diagnosis&) const = default;
};

const char* id(Verdict verdict);
const char* id(Bearing bearing);
const char* id(Risk risk);
const char* id(Severity severity);

}
