#include "core/faults/catalogue.h"
#include "core/faults/placeholders.h"
#include "core/faults/remedy.h"

#include <gmock/gmock.h>

namespace hopscope::faults {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

Remedy remedyOf(std::vector<std::string> words)
{
    Remedy remedy;
    remedy.title = "Do it";
    remedy.commands = { { std::move(words), {}, {} } };
    return remedy;
}

RemedyContext contextOf(std::map<std::string, std::string> values)
{
    RemedyContext context;
    context.host = base::HostId("app1");
    context.isRoot = true;
    context.values = std::move(values);
    return context;
}

TEST(Remedy, QuotesEachValueAsOneWord)
{
    const auto filled = filledRemedies({ remedyOf({ "systemctl", "start", "{unit}" }) },
        contextOf({ { "unit", "shop'; reboot #.service" } }));
    ASSERT_THAT(filled, SizeIs(1));
    EXPECT_THAT(filled[0].commands, ElementsAre("systemctl start 'shop'\\''; reboot #.service'"));
}

TEST(Remedy, LeavesOutWhatLacksAValue)
{
    const Remedy remedy = remedyOf({ "systemctl", "start", "{unit}" });
    EXPECT_THAT(filledRemedies({ remedy }, contextOf({})), IsEmpty());
    EXPECT_THAT(filledRemedies({ remedy }, contextOf({ { "unit", "" } })), IsEmpty());
}

TEST(Remedy, NeverTakesAValueForAnOption)
{
    const Remedy remedy = remedyOf({ "systemctl", "start", "{unit}" });
    EXPECT_THAT(filledRemedies({ remedy }, contextOf({ { "unit", "--now" } })), IsEmpty());
    EXPECT_THAT(filledRemedies({ remedy }, contextOf({ { "unit", "a\nb" } })), IsEmpty());
}

TEST(Remedy, NeverGivesHalfAChange)
{
    Remedy remedy = remedyOf({ "cp", "{file}", "/var/tmp/x" });
    remedy.commands.push_back({ { "reload" }, {}, {} });
    EXPECT_THAT(filledRemedies({ remedy }, contextOf({})), SizeIs(1)); // of a look, what can be done
    remedy.risk = model::Risk::Change;
    EXPECT_THAT(filledRemedies({ remedy }, contextOf({})), IsEmpty());
}

TEST(Remedy, CorrectsAPortWithoutTouchingALongerOne)
{
    const auto catalogue = Catalogue::loadBuiltIn();
    ASSERT_TRUE(catalogue) << catalogue.error().text();
    RemedyContext context
        = contextOf({ { "file", "/etc/nginx/x.conf" }, { "line", "12" }, { "port", "300" }, { "actualPort", "3001" } });
    context.procedures["proxyReload"] = "nginx -t && systemctl reload nginx.service";
    const auto filled = (*catalogue)->remedies("connection-refused", "wrong-port", context);
    std::vector<std::string> commands;
    for (const model::Remediation& remedy : filled)
        commands.insert(commands.end(), remedy.commands.begin(), remedy.commands.end());
    EXPECT_THAT(commands,
        testing::Contains(R"(sed -i --follow-symlinks '12s/:300\([^0-9]\|$\)/:3001\1/' /etc/nginx/x.conf)"));
}

TEST(Remedy, KeepsAdviceWithoutCommands)
{
    Remedy advice;
    advice.title = "Ask {unit|the service}'s author";
    EXPECT_THAT(filledRemedies({ advice }, contextOf({})),
        ElementsAre(testing::Field(&model::Remediation::title, "Ask the service's author")));
}

TEST(Remedy, ReloadsTheProxyInTheWayThatItRuns)
{
    Remedy remedy;
    remedy.risk = model::Risk::Restart;
    remedy.needsRoot = true;
    remedy.commands = { { {}, {}, "proxyReload" } };
    RemedyContext context = contextOf({});
    context.isRoot = false;
    EXPECT_THAT(filledRemedies({ remedy }, context), IsEmpty()) << "nobody knows how";
    context.procedures["proxyReload"] = "nginx -t && kill -HUP 812";
    const auto filled = filledRemedies({ remedy }, context);
    ASSERT_THAT(filled, SizeIs(1));
    EXPECT_THAT(filled[0].commands, ElementsAre("sudo sh -c 'nginx -t && kill -HUP 812'"));
}

TEST(Remedy, UsesSudoWhereNotRoot)
{
    Remedy remedy = remedyOf({ "systemctl", "start", "{unit}" });
    remedy.needsRoot = true;
    remedy.commands.push_back({ {}, "nginx -t && systemctl reload nginx", {} });
    remedy.verify = CommandTemplate { { "systemctl", "is-active", "{unit}" }, {}, {} };
    RemedyContext context = contextOf({ { "unit", "shop.service" } });
    context.isRoot = false;
    const auto filled = filledRemedies({ remedy }, context);
    ASSERT_THAT(filled, SizeIs(1));
    EXPECT_THAT(filled[0].commands,
        ElementsAre("sudo systemctl start shop.service", "sudo sh -c 'nginx -t && systemctl reload nginx'"));
    EXPECT_EQ(filled[0].verify, "systemctl is-active shop.service");
}

TEST(Remedy, FitsOnlyWhatIsKnown)
{
    Remedy remedy = remedyOf({ "ufw", "status" });
    remedy.when = { { "firewall", { "ufw" } } };
    RemedyContext context = contextOf({});
    EXPECT_THAT(filledRemedies({ remedy }, context), IsEmpty());
    context.firewall = "nft";
    EXPECT_THAT(filledRemedies({ remedy }, context), IsEmpty());
    context.firewall = "ufw";
    EXPECT_THAT(filledRemedies({ remedy }, context), SizeIs(1));
}

TEST(Remedy, GoesToTheCallersHostWhereItSaysSo)
{
    Remedy remedy = remedyOf({ "nginx", "-t" });
    remedy.seat = RemedySeat::Caller;
    RemedyContext context = contextOf({});
    context.callerHost = base::HostId("edge");
    EXPECT_EQ(filledRemedies({ remedy }, context).at(0).host, base::HostId("edge"));
    remedy.seat = RemedySeat::Callee;
    EXPECT_EQ(filledRemedies({ remedy }, context).at(0).host, base::HostId("app1"));
}

TEST(Placeholders, MakeHostAndPortOfAnAddress)
{
    EXPECT_EQ(filledText("{hostPort}", { { "address", "::1" }, { "port", "80" } }), "[::1]:80");
    EXPECT_EQ(filledText("{hostPort}", { { "address", "10.0.0.3" }, { "port", "80" } }), "10.0.0.3:80");
    EXPECT_EQ(filledText("at {hostPort|its address}", {}), "at its address");
    EXPECT_EQ(filledText("port {port}", {}), "port the port");
}

TEST(Placeholders, LeaveOtherBracesAlone)
{
    EXPECT_EQ(filledText("awk '{print $1}' %{http_code} ${unit}", { { "unit", "x" } }), "awk '{print $1}' %{http_code} ${unit}");
    EXPECT_EQ(unknownPlaceholder("{port} {colour|red}"), "colour");
    EXPECT_EQ(unknownPlaceholder("{print $1}"), "");
}

}
}
