#include "tests/core/diagnosis/outages.h"

namespace hopscope::diagnosis::outages {

using model::ConnectResult;
using model::ReplyResult;
using model::Seat;
using test::Scenario;

void PrintTo(const Outage& outage, std::ostream* out) { *out << outage.name; }

std::string nameOf(const testing::TestParamInfo<Outage>& outage) { return outage.param.name; }

void stopped(Scenario& s)
{
    s.connectFails(ConnectResult::Refused).nothingListens().unitIs("inactive", "dead", "success");
}

void worksOnItsOwnHost(Scenario& s)
{
    for (Seat seat : { Seat::Callee, Seat::CalleeLoop }) {
        s.probe(seat).connect = ConnectResult::Connected;
        s.probe(seat).reply = ReplyResult::Answered;
        s.probe(seat).status = 200;
    }
}

model::FirewallRule rule(model::FirewallRule::Verdict verdict)
{
    model::FirewallRule made;
    made.tool = "nft";
    made.chain = "input";
    made.hook = "input";
    made.verdict = verdict;
    made.destinationPort = 3000;
    made.rule = "tcp dport 3000 drop";
    made.packets = 7;
    return made;
}

}
