#include "core/probe/outside.h"
#include "core/probe/outside/dnsquestion.h"
#include "core/probe/outside/localnetwork.h"
#include "core/probe/outside/target.h"

#include <gmock/gmock.h>

using namespace hopscope;
using model::AttemptResult;
using testing::ElementsAre;

namespace {

const char* routes = "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n"
                     "wlan0\t00000000\t0101A8C0\t0003\t0\t0\t600\t00000000\t0\t0\t0\n"
                     "eth0\t00000000\t010200C0\t0003\t0\t0\t100\t00000000\t0\t0\t0\n"
                     "eth0\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\n";

std::string neighbours(const std::string& flags)
{
    return "IP address       HW type     Flags       HW address            Mask     Device\n"
           "192.0.2.1        0x1         " + flags + "         02:fc:00:00:00:05     *        eth0\n";
}

/// A DNS reply for "a.test", with these answer records.
std::string reply(unsigned char code, const std::vector<std::string>& records)
{
    std::string bytes("\x12\x34\x81", 3);
    bytes += char(0x80 | code);
    bytes += std::string("\0\1\0", 3) + char(records.size()) + std::string("\0\0\0\0", 4);
    bytes += std::string("\1a\4test\0\0\1\0\1", 12);
    for (const std::string& record : records)
        bytes += record;
    return bytes;
}

probe::DnsReply parsed(const std::string& bytes)
{
    return probe::dnsReplyFrom(reinterpret_cast<const unsigned char*>(bytes.data()), int(bytes.size()));
}

const std::string cname("\xc0\x0c\0\5\0\1\0\0\0\x3c\0\x08\1b\4test\0", 20);
const std::string address("\1b\4test\0\0\1\0\1\0\0\0\x3c\0\4\x7f\0\0\1", 22);

}

TEST(Gateway, IsTheDefaultRouteOfTheLeastMetric)
{
    const auto gateway = probe::gatewayFrom(routes, neighbours("0x2"));
    EXPECT_EQ(gateway.address, "192.0.2.1");
    EXPECT_EQ(gateway.result, AttemptResult::Succeeded);
}

TEST(Gateway, IsUnreachableWhereArpGotNoAnswerAndUntriedWhereNobodyAsked)
{
    EXPECT_EQ(probe::gatewayFrom(routes, neighbours("0x0")).result, AttemptResult::Unreachable);
    EXPECT_EQ(probe::gatewayFrom(routes, "").result, AttemptResult::NotTried);
    EXPECT_EQ(probe::gatewayFrom("", neighbours("0x2")), probe::Gateway());
    EXPECT_EQ(probe::gatewayFrom("Iface\nx\t00000000\tzz\t0003\t0\t0\t0\t00000000", ""), probe::Gateway());
}

TEST(SystemNetwork, IsKnownOnceItsInformationIsLoaded)
{
    probe::loadNetworkInformation();
    EXPECT_THAT(probe::systemReachability(), testing::AnyOf("online", "site", "local", "disconnected"));
}

TEST(DnsReply, ReadsTheAliasChain)
{
    const auto answer = parsed(reply(0, { cname, address }));
    EXPECT_EQ(answer.kind, probe::DnsReply::Kind::Answered);
    EXPECT_THAT(answer.canonicalNames, ElementsAre("b.test"));
    EXPECT_EQ(answer.words, "");
}

TEST(DnsReply, TellsMissingNamesFromFailingServersAndSilence)
{
    EXPECT_EQ(parsed(reply(3, {})).words, "DNS: NXDOMAIN");
    EXPECT_EQ(parsed(reply(3, {})).kind, probe::DnsReply::Kind::NoSuchName);
    EXPECT_EQ(parsed(reply(2, {})).words, "DNS: SERVFAIL");
    EXPECT_EQ(parsed(reply(2, {})).kind, probe::DnsReply::Kind::ServerFailed);
    EXPECT_EQ(parsed(reply(5, {})).words, "DNS: REFUSED");
    EXPECT_EQ(parsed(reply(0, {})).kind, probe::DnsReply::Kind::NoAddress);
    EXPECT_EQ(parsed("").kind, probe::DnsReply::Kind::NoAnswer);
    EXPECT_EQ(parsed(std::string(12, '\0')).kind, probe::DnsReply::Kind::NoAnswer);
}

TEST(DnsReply, SurvivesEveryCutOfItsBytes)
{
    const std::string whole = reply(0, { cname, address });
    for (std::size_t length = 0; length <= whole.size(); ++length) {
        const auto answer = parsed(whole.substr(0, length));
        EXPECT_LE(answer.canonicalNames.size(), 1u);
    }
}

TEST(Target, SplitsAUrlIntoWhatARequestNeeds)
{
    const auto target = probe::targetOf("https://sh%C3%B6p.example/a b?q=\"x\"");
    EXPECT_FALSE(target);
    const auto shop = probe::targetOf("https://shop.example:8443/a%20b?q=%22x%22#part");
    ASSERT_TRUE(shop);
    EXPECT_EQ(*shop, (probe::Target { true, "shop.example", 8443, "/a%20b?q=%22x%22" }));
    EXPECT_EQ(shop->hostHeader(), "shop.example:8443");
    EXPECT_EQ(probe::targetOf("http://[::1]/")->hostHeader(), "[::1]");
    EXPECT_EQ(probe::targetOf("http://[::1]/")->host, "::1");
    EXPECT_EQ(probe::targetOf("https://shop.example")->hostHeader(), "shop.example");
    EXPECT_EQ(probe::targetOf("https://shop.example")->pathAndQuery, "/");
    EXPECT_EQ(probe::targetOf("https://bücher.example/")->host, "xn--bcher-kva.example");
    for (const char* url : { "", "shop.example", "ftp://x/", "http://", "http://x:0/" })
        EXPECT_FALSE(probe::targetOf(url)) << url;
}

TEST(Target, ReadsAControlTarget)
{
    EXPECT_EQ(probe::namedPortOf("[::1]:53")->host, "::1");
    EXPECT_EQ(probe::namedPortOf("one.test:443")->port, 443);
    for (const char* text : { "", "x", ":1", "x:", "x:0", "x:99999", "x:1a" })
        EXPECT_FALSE(probe::namedPortOf(text)) << text;
}
