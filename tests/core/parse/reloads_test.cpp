#include "core/parse/reloads.h"

#include "core/parse/clock.h"
#include "core/parse/configdump.h"
#include "core/parse/logs.h"

#include <gmock/gmock.h>

namespace hopscope::parse {
namespace {

constexpr const char* errorLog = "/var/log/nginx/error.log";

model::Process process(int pid, int parent, const std::string& commandLine, long long startedAt)
{
    model::Process each;
    each.pid = pid;
    each.parent = parent;
    each.commandLine = commandLine;
    each.startedAt = base::TimePoint(std::chrono::seconds(startedAt));
    return each;
}

/// A master since 1795250000 (2026-11-21 08:33:20) with a worker of `loadedAt`, and its error log.
model::HostFacts hostWith(const std::string& log, long long loadedAt = 1795250000)
{
    model::HostFacts host;
    host.processes = { process(812, 1, "nginx: master process /usr/sbin/nginx", 1795250000),
        process(813, 812, "nginx: worker process", loadedAt) };
    host.logs = parseLogFile(log, errorLog, HostClock {});
    return host;
}

TEST(FailedReloadTest, IsAComplaintOfTheMasterThatStillRuns)
{
    const auto found = failedReloads(hostWith(
        "2026/11/21 08:40:00 [emerg] 812#812: bind() to 0.0.0.0:8443 failed (98: Address already in use)\n"
        "2026/11/21 08:40:02 [emerg] 812#812: still could not bind()\n"));
    ASSERT_EQ(found.size(), 1u);
    EXPECT_EQ(found[0].master, 812);
    EXPECT_EQ(found[0].reason, "bind() to 0.0.0.0:8443 failed (98: Address already in use)");
    EXPECT_EQ(found[0].log, errorLog);
    EXPECT_EQ(base::toIso8601(found[0].at).substr(0, 19), "2026-11-21T08:40:00");
}

TEST(FailedReloadTest, IsNotATestThatFailed)
{
    EXPECT_THAT(failedReloads(hostWith("2026/11/21 08:40:00 [emerg] 990#990: unknown directive \"prox_pass\" in /etc/nginx/nginx.conf:3\n")),
        testing::IsEmpty());
}

TEST(FailedReloadTest, EndsWithAReloadThatSucceeded)
{
    EXPECT_THAT(failedReloads(hostWith("2026/11/21 08:40:00 [emerg] 812#812: invalid port in upstream\n", 1795250700)), testing::IsEmpty());
}

TEST(FailedReloadTest, IsNotACrashOfAWorkerOrAnErrorOfARequest)
{
    EXPECT_THAT(failedReloads(hostWith("2026/11/21 08:40:00 [alert] 812#812: worker process 813 exited on signal 11\n"
                                       "2026/11/21 08:40:00 [error] 813#813: *1 connect() failed (111: Connection refused)\n"
                                       "2026/11/21 08:40:00 [emerg] #: \n[emerg] 812\n")),
        testing::IsEmpty());
}

TEST(FailedReloadTest, IsToldForEachInstanceApart)
{
    model::HostFacts host = hostWith("2026/11/21 08:40:00 [emerg] 900#900: invalid number of arguments\n");
    host.processes.push_back(process(900, 1, "nginx: master process /opt/nginx/sbin/nginx -c /srv/inner.conf", 1795250000));
    host.processes.push_back(process(901, 900, "nginx: worker process", 1795250000));
    const auto found = failedReloads(host);
    ASSERT_EQ(found.size(), 1u);
    EXPECT_EQ(found[0].master, 900);
}

TEST(NginxDumpTest, NamesTheProcessAndTheFoldersOfAnInstance)
{
    const ProxyInstances instances = parseProxyDump(
        "marker=@@7\n@@7 instance pid=812 exe=/usr/local/openresty/nginx/sbin/nginx conf= prefix=\n"
        "@@7 version nginx version: openresty/1.21.4.3\n@@7 runtime prefix /usr/local/openresty/nginx\n@@7 test ok\n"
        "# configuration file /usr/local/openresty/nginx/conf/nginx.conf:\nevents {}\n", "nginx");
    ASSERT_EQ(instances.configs.size(), 1u);
    EXPECT_EQ(masterOf(instances.configs[0]), 812);
    EXPECT_THAT(instances.configs[0].runtime, testing::Contains("prefix /usr/local/openresty/nginx"));
    EXPECT_EQ(masterOf({}), 0);
}

TEST(FailedReloadTest, IsSeenInAContainersOutput)
{
    model::HostFacts host = hostWith("");
    host.processes[0].container = host.processes[1].container = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    model::Container container;
    container.id = host.processes[0].container;
    container.name = "shop-proxy-1";
    container.engine = "docker";
    host.containers.push_back(container);
    host.logs = parseContainerLog("2026-11-21T08:40:00.123456789Z 2026/11/21 08:40:00 [emerg] 1#1: unknown directive \"prox_pass\" in /etc/nginx/conf.d/shop.conf:3\n",
        "shop-proxy-1", HostClock {});
    const auto found = failedReloads(host);
    ASSERT_EQ(found.size(), 1u);
    EXPECT_EQ(found[0].master, 812);
    EXPECT_EQ(found[0].container, "shop-proxy-1");
    EXPECT_EQ(found[0].look, "docker logs --tail 200 shop-proxy-1 2>&1 | grep emerg");
    host.processes[1].startedAt = base::TimePoint(std::chrono::seconds(1795250700)); // it was loaded later after all
    EXPECT_THAT(failedReloads(host), testing::IsEmpty());
}

}
}
