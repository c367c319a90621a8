#include "core/parse/cpugroups.h"
#include "core/parse/identity.h"
#include "core/parse/processes.h"
#include "core/parse/resources.h"
#include "core/parse/secrets.h"
#include "tests/core/parse/golden.h"

#include <gmock/gmock.h>

namespace hopscope::parse {
namespace {

using testing::ElementsAre;

TEST(IdentityTest, ReadsARecordedHost)
{
    const Identity identity = parseIdentity(golden("debian12-crash-loop/worker/identity.txt"));
    EXPECT_EQ(identity.osName, "Debian GNU/Linux 12 (bookworm)");
    EXPECT_EQ(identity.osFamily, "debian");
    EXPECT_EQ(identity.initSystem, "systemd");
    EXPECT_EQ(identity.hostname, "worker");
    EXPECT_TRUE(identity.isRoot);
    EXPECT_THAT(identity.tools, testing::IsSupersetOf({ "curl", "ss", "journalctl" }));
    ASSERT_TRUE(identity.clock.now);
    ASSERT_TRUE(identity.bootedAt);
    // a container's uptime is its host's; its first process tells when it booted
    EXPECT_LT(*identity.clock.now - *identity.bootedAt, std::chrono::minutes(5));
}

TEST(IdentityTest, KnowsFamiliesByTheirRelatives)
{
    const auto family = [](const std::string& text) { return parseIdentity("@@ os-release\n" + text).osFamily; };
    EXPECT_EQ(family("ID=ubuntu\nID_LIKE=debian\n"), "debian");
    EXPECT_EQ(family("ID=\"rocky\"\nID_LIKE=\"rhel centos fedora\"\n"), "rhel");
    EXPECT_EQ(family("ID=alpine\n"), "alpine");
    EXPECT_EQ(family("ID=opensuse-leap\nID_LIKE=\"suse opensuse\"\n"), "suse");
    EXPECT_EQ(family("ID=linuxmint\nID_LIKE=\"ubuntu debian\"\n"), "debian");
    EXPECT_EQ(family("ID=plan9\n"), "");
}

TEST(IdentityTest, TakesADateWithoutNanoseconds)
{
    EXPECT_TRUE(parseIdentity("now=1795249688.%N zone=+0200\n").clock.now);
    EXPECT_EQ(parseIdentity("now=1795249688.N zone=+0200\n").clock.zone, std::chrono::minutes(120));
    EXPECT_FALSE(parseIdentity("now=soon\n").clock.now);
}

TEST(NetworkTest, ReadsAddressesOfEachTool)
{
    EXPECT_THAT(parseAddresses(golden("debian12-crash-loop/worker/network.txt")),
        ElementsAre("127.0.0.1", "::1", "10.40.7.6", "fe80::a005:e5ff:fe6d:fbde"));
    EXPECT_THAT(parseAddresses("eth0      Link encap:Ethernet  HWaddr 02:42:AC:11:00:02\n"
                               "          inet addr:172.17.0.2  Bcast:172.17.255.255  Mask:255.255.0.0\n"
                               "          inet6 addr: fe80::42/64 Scope:Link\n"),
        ElementsAre("172.17.0.2", "fe80::42"));
    EXPECT_THAT(parseAddresses("@@ fib_trie\nMain:\n  +-- 0.0.0.0/0 3 0 5\n     |-- 10.1.0.3\n        /32 host LOCAL\n"
                               "     |-- 10.1.0.255\n        /32 link BROADCAST\n@@ if_inet6\n"
                               "00000000000000000000000000000001 01 80 10 80       lo\n"
                               "fe8000000000000000fc00fffe000001 04 40 20 80     eth0\nzz\n"),
        ElementsAre("10.1.0.3", "::1", "fe80::fc:ff:fe00:1"));
}

TEST(NetworkTest, ReadsNamesInLowerCase)
{
    const Names names = parseNames("@@ /etc/hosts\n127.0.0.1 localhost # me\n10.1.0.3\tApp1 app1.internal\n"
                                   "10.1.0.4 app1\n#10.1.0.5 old\n@@ /etc/resolv.conf\nsearch x\nnameserver 10.0.0.2 # lan\n");
    EXPECT_THAT(names.hostsFile.at("app1"), ElementsAre("10.1.0.3", "10.1.0.4"));
    EXPECT_EQ(names.hostsFile.count("old"), 0u);
    EXPECT_THAT(names.resolvers, ElementsAre("10.0.0.2"));
}

TEST(NetworkTest, ReadsRoutes)
{
    const auto routes = parseRoutes("1: lo inet 127.0.0.1/8 scope host lo\n@@ routes\ndefault via 10.1.0.250 dev eth0\n"
                                    "10.1.0.0/24 dev eth0 proto kernel scope link src 10.1.0.3\nunreachable 10.9.0.0/16\n"
                                    "default proto static\n    nexthop via 10.1.0.1 dev eth0 weight 1\nfe80::/64 dev eth0\n");
    ASSERT_EQ(routes.size(), 5u);
    EXPECT_EQ(routes[1].destination, "10.1.0.0/24");
    EXPECT_TRUE(routes[2].isRefusing);
    EXPECT_FALSE(routes[3].isRefusing);
    EXPECT_EQ(routes[4].destination, "fe80::/64");
}

TEST(NetworkTest, ReadsTheKernelsWordOnARoute)
{
    const auto found = parseRouteAnswer("asked=10.1.0.3\n10.1.0.3 via 10.1.0.1 dev eth0 src 10.8.0.2 uid 0 \n    cache \n@@ neighbour\n");
    ASSERT_TRUE(found);
    EXPECT_TRUE(found->hasRoute);
    EXPECT_EQ(found->from, "10.8.0.2");
    const auto none = parseRouteAnswer("asked=10.9.0.3\nRTNETLINK answers: Network is unreachable\n@@ neighbour\n");
    ASSERT_TRUE(none);
    EXPECT_FALSE(none->hasRoute);
    EXPECT_FALSE(parseRouteAnswer("asked=10.9.0.3\n@@ neighbour\n10.9.0.3 dev eth0 FAILED\n"));
}

TEST(NetworkTest, ReadsNeighbours)
{
    const auto neighbours = parseNeighbours("10.1.0.3 dev eth0 lladdr 02:04:89:19:2d:9b REACHABLE\n"
                                            "10.1.0.9 dev eth0 FAILED\n10.1.0.3 dev eth0 src 10.1.0.2 uid 0\n"
                                            "10.1.0.8         0x1         0x0         00:00:00:00:00:00     *        eth0\n");
    ASSERT_EQ(neighbours.size(), 3u);
    EXPECT_EQ(neighbours[1].address, "10.1.0.9");
    EXPECT_EQ(neighbours[1].state, "FAILED");
    EXPECT_EQ(neighbours[2].state, "INCOMPLETE");
}

const model::Process* byPid(const std::vector<model::Process>& processes, int pid)
{
    for (const model::Process& process : processes) {
        if (process.pid == pid)
            return &process;
    }
    return nullptr;
}

TEST(ProcessesTest, ReadsARecordedTable)
{
    const auto processes = parseProcesses(golden("debian12-crash-loop/front/processes.txt"));
    const model::Process* master = nullptr;
    for (const model::Process& process : processes) {
        if (process.commandLine.starts_with("nginx: master process"))
            master = &process;
    }
    ASSERT_TRUE(master);
    EXPECT_EQ(master->name, "nginx");
    EXPECT_EQ(master->unit, "nginx.service");
    EXPECT_EQ(master->executable, "/usr/sbin/nginx");
    EXPECT_EQ(master->user, "root");
    EXPECT_EQ(master->state, 'S');
    EXPECT_GT(master->residentBytes, 100000u);
    EXPECT_TRUE(master->startedAt);
    EXPECT_GT(master->openFiles.value_or(0), 3u);
    EXPECT_GT(master->openFilesLimit.value_or(0), 100u);
}

TEST(ProcessesTest, ReadsTheKernelsOwnFilesWhereThereIsNoProcps)
{
    const auto processes = parseProcesses(
        "now=1000000\nbtime=900000\n@@ stat\n"
        "42 (no)de (x) S 1 42 42 0 -1 4194560 0 0 0 0 5 6 0 0 20 0 11 0 5000 1000 200 18446744073709551615 1 1\n"
        "7 (cut\n"
        "@@ status\n/proc/42/status:Pid:\t42\n/proc/42/status:Uid:\t1000\t1000\t1000\t1000\n/proc/42/status:VmRSS:\t  2048 kB\n"
        "@@ cmdline\n/proc/42/cmdline:node /srv/app.js --db postgres://u:geheim@db/x \n"
        "@@ passwd\nroot:0\ndeploy:1000\n@@ end\n"
        "@@ cgroup\n/proc/42/cgroup:0::/system.slice/shop.service\n"
        "@@ exe\n/proc/42/exe -> /usr/bin/node (deleted)\n/proc/42/cwd -> /srv/my app\n"
        "@@ limits\n42 1024\n@@ files\n/proc/42/fd 17\n");
    const model::Process* process = byPid(processes, 42);
    ASSERT_TRUE(process);
    EXPECT_EQ(process->name, "no)de (x");
    EXPECT_EQ(process->user, "deploy");
    EXPECT_EQ(process->threads, 11);
    EXPECT_EQ(process->residentBytes, 2048u * 1024);
    EXPECT_EQ(process->commandLine, "node /srv/app.js --db postgres://u:***@db/x");
    EXPECT_EQ(process->unit, "shop.service");
    EXPECT_EQ(process->executable, "/usr/bin/node");
    EXPECT_EQ(process->workingDirectory, "/srv/my app");
    EXPECT_EQ(process->openFiles, 17u);
    EXPECT_EQ(process->startedAt, base::fromUnixSeconds("900050"));
    EXPECT_EQ(processes.size(), 1u);
}

TEST(ProcessesTest, KnowsUnitsAndContainersByControlGroup)
{
    const std::string hex(64, 'a');
    EXPECT_EQ(ownerOfControlGroup("/system.slice/my\\x2dapp.service"), (GroupOwner { "my-app.service", "" }));
    EXPECT_EQ(ownerOfControlGroup("/system.slice/docker-" + hex + ".scope"), (GroupOwner { "", hex }));
    EXPECT_EQ(ownerOfControlGroup("/docker/" + hex), (GroupOwner { "", hex }));
    EXPECT_EQ(ownerOfControlGroup("/user.slice/user-1000.slice/user@1000.service/app.slice/web.service"),
        (GroupOwner { "web.service", "" }));
    EXPECT_EQ(ownerOfControlGroup("/user.slice/user-0.slice/session-3.scope"), GroupOwner());
}

TEST(SecretsTest, MasksWhatLooksLikeASecretAndNothingElse)
{
    EXPECT_EQ(withSecretsMasked("app --password=a --port 80"), "app --password=*** --port 80");
    EXPECT_EQ(withSecretsMasked("app --db-password hunter2 -v"), "app --db-password *** -v");
    EXPECT_EQ(withSecretsMasked("API_TOKEN=x node a.js"), "API_TOKEN=*** node a.js");
    EXPECT_EQ(withSecretsMasked("redis://:pw@h:6379/0 http://h/a@b"), "redis://:***@h:6379/0 http://h/a@b");
    EXPECT_EQ(withSecretsMasked("node --token-file /etc/t server.js"), "node --token-file /etc/t server.js");
    EXPECT_EQ(withSecretsMasked(""), "");
}

TEST(ResourcesTest, ReadsARecordedHost)
{
    const model::Resources resources = parseResources(golden("debian12-crash-loop/worker/resources.txt"));
    EXPECT_EQ(resources.cores, 2);
    EXPECT_DOUBLE_EQ(resources.load1.value_or(0), 10.90);
    EXPECT_GT(resources.memoryTotalBytes.value_or(0), 1000000000u);
    EXPECT_LT(resources.memoryUsedPercent.value_or(100), 100.0);
    EXPECT_EQ(resources.conntrackUsedPercent, 0.0);
    EXPECT_NEAR(resources.fdUsedPercent.value_or(9), 0.083, 0.01);
    EXPECT_DOUBLE_EQ(resources.pressureCpu.value_or(0), 98.86);
    EXPECT_EQ(resources.counters.count("TcpExtListenOverflows"), 1u);
    EXPECT_EQ(resources.counters.at("ip_local_port_range.last"), 60999u);
    EXPECT_EQ(resources.counters.count("sockstat.TCP.tw"), 1u);
}

TEST(ResourcesTest, CountsAContainersOwnLimit)
{
    const model::Resources resources = parseResources("/proc/meminfo:MemTotal:  8000000 kB\n"
                                                      "/proc/meminfo:MemAvailable:  7000000 kB\n"
                                                      "/sys/fs/cgroup/memory.max:1000000\n/sys/fs/cgroup/memory.current:950000\n");
    EXPECT_NEAR(resources.memoryUsedPercent.value_or(0), 95.0, 0.01);
}

TEST(ResourcesTest, TellsNothingFromSamplesThatAreTooNear)
{
    model::Resources resources;
    setCpuUse(resources, { 1000, 900, 0 }, { 1005, 901, 0 });
    EXPECT_FALSE(resources.cpuPercent);
    setCpuUse(resources, { 1000, 900, 0 }, { 1100, 925, 10 });
    EXPECT_DOUBLE_EQ(resources.cpuPercent.value_or(0), 75.0);
    EXPECT_DOUBLE_EQ(resources.stealPercent.value_or(0), 10.0);
}

TEST(FileSystemsTest, ReadsARecordedHostAndLeavesOutWhatNobodyWritesTo)
{
    const auto systems = parseFileSystems(golden("debian12-crash-loop/worker/file-systems.txt"));
    std::vector<std::string> mounts;
    for (const model::FileSystem& system : systems)
        mounts.push_back(system.mountPoint);
    EXPECT_THAT(mounts, ElementsAre("/", "/tmp", "/dev/shm", "/run"));
    EXPECT_EQ(systems[0].sizeBytes, 307200u * 1024);
    EXPECT_EQ(systems[0].inodes, 3085511u);
    EXPECT_FALSE(systems[0].isReadOnly);
}

TEST(FileSystemsTest, TellsWhichLargeLogsAreRotated)
{
    const std::string logs = "@@ large logs\n210763776 1795281067 /var/log/nginx/shop access.log\n900000000 1795281067 /var/log/shop/app.log\nbad line\n";
    const auto found = parseLogFiles(logs + "@@ rotated\n/var/log/nginx/*.log {\n\"/srv/a.log\" /srv/b.log\n");
    ASSERT_EQ(found.size(), 2u);
    EXPECT_EQ(found[0].path, "/var/log/nginx/shop access.log");
    EXPECT_EQ(found[0].sizeBytes, 210763776u);
    EXPECT_TRUE(found[0].isRotated);
    EXPECT_FALSE(found[1].isRotated);
    // rules that could not be read may cover anything
    EXPECT_TRUE(parseLogFiles(logs + "@@ rotated\nunreadable\n").at(1).isRotated);
    EXPECT_TRUE(parseLogFiles("Filesystem 1024-blocks Used Available Capacity Mounted on\n").empty());
}

TEST(FileSystemsTest, FindsTheFullest)
{
    const auto systems = parseFileSystems(
        "Filesystem 1024-blocks Used Available Capacity Mounted on\n/dev/sda1 1000 1000 0 100% /\n"
        "/dev/my disk 1000 10 990 1% /srv/with blank\n/dev/loop0 50 50 0 100% /snap/x\n"
        "@@ inodes\nFilesystem Inodes IUsed IFree IUse% Mounted on\n/dev/sda1 100 1 99 1% /\n"
        "/dev/my disk 100 97 3 97% /srv/with blank\nbtrfs 0 0 0 - /data\n"
        "@@ mounts\n/dev/sda1 / ext4 ro,relatime 0 0\n/dev/my\\040disk /srv/with\\040blank xfs rw 0 0\n/dev/loop0 /snap/x squashfs ro 0 0\n");
    ASSERT_EQ(systems.size(), 2u);
    EXPECT_TRUE(systems[0].isReadOnly);
    EXPECT_EQ(systems[1].mountPoint, "/srv/with blank");
    EXPECT_EQ(systems[1].device, "/dev/my disk");
    model::Resources resources;
    setDiskUse(resources, systems);
    EXPECT_DOUBLE_EQ(resources.diskUsedPercent.value_or(0), 100.0);
    EXPECT_EQ(resources.diskMount, "/");
    EXPECT_NEAR(resources.inodesUsedPercent.value_or(0), 97.0, 0.01);
    EXPECT_EQ(resources.inodesMount, "/srv/with blank");
}

TEST(CpuGroupsTest, ReadsBothVersionsOfControlGroups)
{
    const auto groups = parseCpuGroups("./system.slice/shop.service/cpu.max:20000 100000\n"
                                       "./system.slice/shop.service/cpu.stat:nr_periods 40\n"
                                       "./system.slice/shop.service/cpu.stat:nr_throttled 38\n"
                                       "./system.slice/my\\x2dapp.service/cpu.cfs_quota_us:50000\n"
                                       "./system.slice/my\\x2dapp.service/cpu.cfs_period_us:25000\n"
                                       "./other.slice/cpu.stat:nr_periods 7\nnonsense\n:\n./x:\n");
    ASSERT_EQ(groups.size(), 2u);
    EXPECT_EQ(groups[0].path, "/system.slice/shop.service");
    EXPECT_EQ(groups[0].unit, "shop.service");
    EXPECT_DOUBLE_EQ(groups[0].limitPercent, 20);
    EXPECT_EQ(groups[0].periods, 40u);
    EXPECT_EQ(groups[0].throttled, 38u);
    EXPECT_EQ(groups[1].unit, "my-app.service");
    EXPECT_DOUBLE_EQ(groups[1].limitPercent, 200);
}

TEST(CpuGroupsTest, PutsALaterLookBesideTheFirst)
{
    const auto look = [](int periods, int throttled) {
        return parseCpuGroups("./a.service/cpu.max:20000 100000\n./a.service/cpu.stat:nr_periods " + std::to_string(periods)
            + "\n./a.service/cpu.stat:nr_throttled " + std::to_string(throttled) + "\n");
    };
    auto groups = look(40, 38);
    addLaterLook(groups, look(60, 57));
    ASSERT_EQ(groups.size(), 1u);
    EXPECT_EQ(groups[0].laterPeriods, 60u);
    EXPECT_EQ(groups[0].laterThrottled, 57u);
    addLaterLook(groups, look(3, 1)); // its unit was started anew
    EXPECT_FALSE(groups[0].laterPeriods);
}

}
}
