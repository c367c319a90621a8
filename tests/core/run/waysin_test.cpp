#include "core/run/waysin.h"

#include "tests/support/childprocess.h"

#include <gmock/gmock.h>

namespace hopscope::run {
namespace {

    using testing::EndsWith;
    using testing::StrEq;

    constexpr const char* known = "boundary: no host of the profile has this address";

    /// nginx on edge in front of a target that is no host of the profile.
    model::Topology chainTo(const std::string& target, const std::string& address)
    {
        model::Topology topology;
        model::Node edge;
        edge.id = base::NodeId("edge/nginx:80");
        edge.host = base::HostId("edge");
        model::Node outside;
        outside.id = base::NodeId(target);
        outside.kind = model::NodeKind::External;
        outside.address = address;
        outside.note = known;
        topology.nodes = { edge, outside };
        model::Hop hop;
        hop.from = edge.id;
        hop.to = outside.id;
        topology.hops = { hop };
        return topology;
    }

    std::string noteFor(const std::string& target, const std::string& address, const std::string& sshConfig = {}, bool isLocal = false)
    {
        const test::TemporaryFolder folder;
        model::Profile profile;
        profile.hosts.emplace_back();
        profile.hosts.back().name = base::HostId("edge");
        profile.hosts.back().isLocal = isLocal;
        model::Topology topology = chainTo(target, address);
        suggestWaysIn(topology, profile, profile::SshConfig::load(folder.write("config", sshConfig)));
        EXPECT_EQ(topology.nodes[0].note, "");
        return topology.nodes[1].note;
    }

    TEST(WaysInTest, NamesTheAliasThatLeadsThere)
    {
        const char* config = "Host bastion\n HostName 198.51.100.7\nHost app-prod\n HostName 10.9.9.9\n ProxyJump bastion\n";
        EXPECT_THAT(noteFor("10.9.9.9:3000", "10.9.9.9:3000", config), EndsWith("; \"app-prod\" of your ssh config leads there: add it to the profile"));
        EXPECT_THAT(noteFor("app-prod:3000", "10.7.7.7:3000", config), EndsWith("; \"app-prod\" of your ssh config leads there: add it to the profile"));
    }

    TEST(WaysInTest, ElseGoesThroughTheHostThatSeesIt)
    {
        const std::string jump = "; to look at it, add it to the profile with \"edge\" as its jump";
        EXPECT_THAT(noteFor("10.9.9.9:3000", "10.9.9.9:3000", "Host *\n User x\n"), EndsWith(jump));
        EXPECT_THAT(noteFor("db.internal:5432", "172.20.0.4:5432"), EndsWith(jump));
        EXPECT_THAT(noteFor("[fd00::4]:80", "[fd00::4]:80"), EndsWith(jump));
    }

    TEST(WaysInTest, SaysNothingOfOtherPeoplesServers)
    {
        EXPECT_THAT(noteFor("api.stripe.example:443", "203.0.113.80:443"), StrEq(known));
        EXPECT_THAT(noteFor("unknown.example:80", "unknown.example:80"), StrEq(known));
        EXPECT_THAT(noteFor("10.9.9.9:3000", "10.9.9.9:3000", {}, true), StrEq(known));
    }

}
}
