// How a proxy is reloaded depends on how it runs.
#include "core/diagnosis/proxycommands.h"
#include "tests/support/scenario/scenario.h"

#include <gmock/gmock.h>

namespace hopscope::diagnosis {
namespace {

using testing::Contains;
using testing::IsEmpty;
using testing::Pair;

class ProxyCommandsTest : public testing::Test {
protected:
    std::map<std::string, std::string> procedures()
    {
        return proxyProcedures(
            faults::viewOf(scenario.capture, scenario.facts, scenario.topology, scenario.appHop(), {}, {}));
    }

    model::Node& proxy() { return scenario.topology.nodes.at(1); }

    void runs(const std::string& executable, const std::string& commandLine)
    {
        model::Process process;
        process.pid = proxy().pid = 812;
        process.executable = executable;
        process.commandLine = commandLine;
        scenario.edge().processes.push_back(process);
    }

    test::Scenario scenario;
};

TEST_F(ProxyCommandsTest, ReloadsTheUnitOnceTheTestPasses)
{
    proxy().unit = "nginx.service";
    scenario.edge().initSystem = "systemd";
    EXPECT_THAT(procedures(), Contains(Pair("proxyReload", "nginx -t && systemctl reload nginx.service")));
}

TEST_F(ProxyCommandsTest, TestsTheFilesOfThisVeryInstance)
{
    proxy().unit = "openresty.service";
    scenario.edge().initSystem = "systemd";
    runs("/usr/local/openresty/nginx/sbin/nginx", "nginx: master process nginx -p /srv/edge -c /srv/edge/main.conf");
    EXPECT_THAT(procedures(), Contains(Pair("proxyReload",
        "/usr/local/openresty/nginx/sbin/nginx -p /srv/edge -c /srv/edge/main.conf -t && systemctl reload openresty.service")));
}

TEST_F(ProxyCommandsTest, SignalsAPlainProcess)
{
    proxy().unit.clear();
    scenario.edge().initSystem.clear();
    runs("/usr/sbin/nginx", "nginx: master process /usr/sbin/nginx -c /opt/edge.conf");
    EXPECT_THAT(procedures(),
        Contains(Pair("proxyReload", "/usr/sbin/nginx -c /opt/edge.conf -t && kill -HUP 812")));
}

TEST_F(ProxyCommandsTest, EntersTheContainer)
{
    proxy().container = "edge-proxy";
    EXPECT_THAT(procedures(), Contains(Pair("proxyReload",
        "docker exec edge-proxy nginx -t && docker kill -s HUP edge-proxy")));
}

TEST_F(ProxyCommandsTest, TestsEveryFileOfHaproxy)
{
    proxy().software = "haproxy";
    proxy().unit = "haproxy.service";
    scenario.edge().initSystem = "systemd";
    runs("/usr/sbin/haproxy", "/usr/sbin/haproxy -Ws -f /etc/haproxy/haproxy.cfg -f /etc/haproxy/sites -p /run/haproxy.pid");
    EXPECT_THAT(procedures(), Contains(Pair("proxyReload",
        "haproxy -c -f /etc/haproxy/haproxy.cfg -f /etc/haproxy/sites && systemctl reload haproxy.service")));
}

TEST_F(ProxyCommandsTest, SaysNothingOfAProxyThatItCanNotTell)
{
    proxy().unit.clear();
    proxy().software = "envoy";
    EXPECT_THAT(procedures(), IsEmpty());
}

}
}
