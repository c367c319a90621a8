#include "app/progress.h"

#include "app/terminal.h"

#include <cstdio>

namespace hopscope::app {
namespace {

    const char* words(run::HostProgress::Stage stage)
    {
        switch (stage) {
        case run::HostProgress::Stage::Queued: return "waiting";
        case run::HostProgress::Stage::Connecting: return "connecting";
        case run::HostProgress::Stage::Authenticating: return "logging in";
        case run::HostProgress::Stage::Inventory: return "logged in, reading";
        case run::HostProgress::Stage::Hops: return "checking hops";
        case run::HostProgress::Stage::Done: return "done";
        case run::HostProgress::Stage::Failed: return "can't be used";
        }
        return "";
    }

}

void ProgressLines::operator()(const run::Snapshot& snapshot)
{
    for (const run::HostProgress& each : snapshot.progress) {
        const auto said = m_said.find(each.host);
        if (said != m_said.end() && said->second == each.stage)
            continue;
        m_said[each.host] = each.stage;
        const std::string error = each.error.empty() ? "" : ": " + printable(each.error);
        std::fprintf(stderr, "%s: %s%s\n", each.host.value().c_str(), words(each.stage), error.c_str());
    }
}

}
