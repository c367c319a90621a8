#include "core/parse/configdump.h"
#include "core/parse/containers.h"
#include "core/parse/files.h"
#include "core/parse/firewall.h"
#include "tests/core/parse/golden.h"

#include <gmock/gmock.h>

namespace hopscope::parse {
namespace {

using model::FirewallRule;

TEST(NginxDumpTest, SplitsARecordedDumpIntoItsFiles)
{
    const std::string output = golden("debian12-crash-loop/front/nginx-config.txt");
    const ProxyInstances instances = parseProxyDump(output, "nginx");
    ASSERT_EQ(instances.configs.size(), 1u);
    const model::SoftwareConfig& config = instances.configs[0];
    EXPECT_EQ(config.version, "1.22.1");
    EXPECT_EQ(config.isValid, true);
    EXPECT_EQ(config.mainFile, "/etc/nginx/nginx.conf");
    EXPECT_EQ(config.validatorLines.size(), 2u);
    ASSERT_EQ(config.files.size(), 3u);
    EXPECT_EQ(config.files[2].path, "/etc/nginx/conf.d/stock.conf");
    EXPECT_EQ(config.files[2].modifiedAt, base::fromUnixSeconds("1795249898"));
    EXPECT_TRUE(config.files[0].text.starts_with("user www-data;\n"));
    EXPECT_TRUE(config.files[0].text.ends_with("}\n"));
    EXPECT_FALSE(config.files[2].text.ends_with("\n\n"));
    // line n of a file is line n + source.line of the output
    std::istringstream lines(output);
    std::string line;
    for (int i = 0; i < config.files[2].source.line + 1; ++i)
        std::getline(lines, line);
    EXPECT_EQ(line + "\n", config.files[2].text.substr(0, config.files[2].text.find('\n') + 1));
    EXPECT_GT(instances.pids.at(0), 1);
}

TEST(NginxDumpTest, KeepsFilesAndWordsOfAnInvalidConfiguration)
{
    const ProxyInstances instances = parseProxyDump(
        "marker=@@7\n@@7 instance pid=0 exe=/usr/sbin/nginx conf= prefix=\n@@7 version nginx version: nginx/1.24.0 (Ubuntu)\n"
        "@@7 test failed\nnginx: [emerg] unknown directive \"prox_pass\" in /etc/nginx/sites-enabled/a:3\n"
        "@@7 files /etc/nginx/nginx.conf\n# configuration file /etc/nginx/nginx.conf:\nevents {}\n\n"
        "@@7 unreadable /etc/nginx/secret.conf\n@@7 mtime 1795249898 /etc/nginx/nginx.conf\n@@ not ours\n", "nginx");
    ASSERT_EQ(instances.configs.size(), 1u);
    EXPECT_EQ(instances.configs[0].isValid, false);
    EXPECT_EQ(instances.configs[0].version, "1.24.0");
    EXPECT_THAT(instances.configs[0].validatorLines, testing::ElementsAre(testing::HasSubstr("prox_pass")));
    EXPECT_THAT(instances.unreadable, testing::ElementsAre("/etc/nginx/secret.conf"));
    EXPECT_FALSE(instances.isTestDenied);
    EXPECT_EQ(instances.configs[0].files.size(), 1u);
}

TEST(NginxDumpTest, DoesNotCallAConfigurationWrongThatItMayNotTest)
{
    const ProxyInstances instances = parseProxyDump(
        "marker=@@7\n@@7 instance pid=36 exe=/usr/sbin/nginx conf= prefix=\n@@7 test failed\n"
        "nginx: the configuration file /etc/nginx/nginx.conf syntax is ok\n"
        "2026/11/21 08:33:06 [emerg] 279#279: open() \"/run/nginx.pid\" failed (13: Permission denied)\n", "nginx");
    EXPECT_EQ(instances.configs.at(0).isValid, std::nullopt);
    EXPECT_TRUE(instances.isTestDenied);
}

TEST(NginxDumpTest, ReadsSeveralInstances)
{
    const ProxyInstances instances = parseProxyDump(
        "marker=@@7\n@@7 instance pid=3 exe=/a conf=/etc/a.conf prefix=\n@@7 test ok\n# configuration file /etc/a.conf:\na;\n\n"
        "@@7 elsewhere pid=9\n@@7 instance pid=4 exe=/b conf= prefix=\n@@7 test ok\nnginx: ok\n# configuration file /etc/b.conf:\nb;\n\n", "nginx");
    ASSERT_EQ(instances.configs.size(), 2u);
    EXPECT_EQ(instances.configs[0].files.at(0).text, "a;\n");
    EXPECT_EQ(instances.configs[1].files.at(0).path, "/etc/b.conf");
    EXPECT_EQ(instances.configs[1].validatorLines.size(), 1u);
    EXPECT_THAT(instances.pids, testing::ElementsAre(3, 4));
    EXPECT_EQ(instances.elsewhere, 1);
}

TEST(PhpFpmFilesTest, GivesEachInstallationItsPools)
{
    const auto configs = parsePhpFpmFiles(
        "# configuration file /etc/php/8.2/fpm/php-fpm.conf:\n[global]\n\n@@ mtime 1795249898 /etc/php/8.2/fpm/php-fpm.conf\n"
        "# configuration file /etc/php/8.2/fpm/pool.d/www.conf:\n[www]\nlisten = /run/php/x.sock\n\n"
        "# configuration file /etc/php-fpm.d/www.conf:\n[www]\n\n");
    ASSERT_EQ(configs.size(), 2u);
    EXPECT_EQ(configs[1].version, "8.2");
    EXPECT_EQ(configs[1].mainFile, "/etc/php/8.2/fpm/php-fpm.conf");
    EXPECT_EQ(configs[1].files.size(), 2u);
    EXPECT_EQ(configs[1].files[1].text, "[www]\nlisten = /run/php/x.sock\n");
    EXPECT_TRUE(configs[1].files[0].modifiedAt);
}

const FirewallRule* dropOf(const std::vector<FirewallRule>& rules, base::Port port)
{
    for (const FirewallRule& rule : rules) {
        if (rule.verdict == FirewallRule::Verdict::Drop && rule.destinationPort == port)
            return &rule;
    }
    return nullptr;
}

TEST(FirewallTest, ReadsARecordedDroppingPolicy)
{
    const auto rules = parseFirewall(golden("debian12-crash-loop/worker/firewall.txt"));
    ASSERT_FALSE(rules.empty());
    EXPECT_EQ(rules[0].tool, "nft");
    EXPECT_EQ(rules[0].table, "inet filter");
    EXPECT_EQ(rules[0].chain, "input");
    EXPECT_EQ(rules[0].hook, "input");
    EXPECT_TRUE(rules[0].isPolicy);
    EXPECT_EQ(rules[0].verdict, FirewallRule::Verdict::Drop);
    EXPECT_EQ(rules.back().destinationPort, 22);
    EXPECT_EQ(rules.back().verdict, FirewallRule::Verdict::Accept);
}

TEST(FirewallTest, ReadsNftRulesBehindJumpsAndWithSets)
{
    const auto rules = parseFirewall("@@ nft\ntable ip filter {\n\tset bad {\n\t\ttype ipv4_addr\n\t\telements = { 1.2.3.4 }\n\t}\n"
                                     "\tchain apps {\n\t\tip saddr 10.1.0.2 tcp dport 3000 counter packets 12 bytes 720 drop\n"
                                     "\t\ttcp dport { 80, 443 } reject with icmp type admin-prohibited\n"
                                     "\t\ttcp dport 9 comment \"do not drop\"\n\t}\n"
                                     "\tchain in {\n\t\ttype filter hook input priority 0; policy accept;\n\t\tjump apps\n\t}\n}\n");
    const FirewallRule* drop = dropOf(rules, 3000);
    ASSERT_TRUE(drop);
    EXPECT_EQ(drop->sourceAddress, "10.1.0.2");
    EXPECT_EQ(drop->packets, 12u);
    EXPECT_EQ(drop->hook, "input");
    EXPECT_EQ(drop->source.line, 8);
    ASSERT_EQ(rules.size(), 3u);
    EXPECT_EQ(rules[1].verdict, FirewallRule::Verdict::Reject);
    EXPECT_FALSE(rules[1].destinationPort) << "a set is not one port";
}

TEST(FirewallTest, FillsInWhatNftsNamedSetsHold)
{
    const auto rules = parseFirewall("@@ nft\ntable inet f2b-table {\n\tset addr-set-app {\n\t\ttype ipv4_addr\n\t\tflags timeout\n"
                                     "\t\telements = { 203.0.113.9 timeout 10m expires 9m58s, 198.51.100.4,\n\t\t\t     10.1.0.2 }\n\t}\n"
                                     "\tchain f2b-chain {\n\t\ttype filter hook input priority filter - 1; policy accept;\n"
                                     "\t\ttcp dport 3000 ip saddr @addr-set-app reject\n\t\ttcp dport 3001 ip saddr != @addr-set-app drop\n"
                                     "\t\ttcp dport 3002 ip saddr @unknown drop\n\t}\n}\n");
    ASSERT_EQ(rules.size(), 4u);
    EXPECT_THAT(rules[1].sourceAddress, testing::AllOf(testing::StartsWith("{"), testing::HasSubstr("10.1.0.2 "), testing::HasSubstr("198.51.100.4")));
    EXPECT_THAT(rules[2].sourceAddress, testing::StartsWith("!= {"));
    EXPECT_THAT(rules[3].sourceAddress, testing::Not(testing::IsEmpty())) << "nobody is in it, which is not everybody";
    EXPECT_THAT(rules[1].rule, testing::HasSubstr("@addr-set-app"));
}

TEST(FirewallTest, ReadsIptablesAndNamesItsFrontEnd)
{
    const auto rules = parseFirewall("@@ iptables\n# Generated\n*filter\n:INPUT DROP [5:300]\n:ufw-user-input - [0:0]\n"
                                     "[0:0] -A INPUT -j ufw-user-input\n[12:720] -A ufw-user-input -s 10.1.0.2/32 -p tcp -m tcp --dport 3000 -j DROP\n"
                                     "[0:0] -A INPUT ! -s 10.0.0.0/8 -p tcp -m tcp --dport 22 -j REJECT --reject-with tcp-reset\nCOMMIT\n"
                                     "@@ ufw ENABLED=yes\n");
    ASSERT_EQ(rules.size(), 3u);
    EXPECT_TRUE(rules[0].isPolicy);
    EXPECT_EQ(rules[0].hook, "input");
    EXPECT_EQ(rules[1].tool, "ufw");
    EXPECT_EQ(rules[1].hook, "input") << "by the jump";
    EXPECT_EQ(rules[1].packets, 12u);
    EXPECT_EQ(rules[1].sourceAddress, "10.1.0.2/32");
    EXPECT_EQ(rules[2].verdict, FirewallRule::Verdict::Reject);
    EXPECT_EQ(rules[2].sourceAddress, "") << "all but that one";
}

TEST(FilesTest, ReadsASocketAndTheDirectoriesAboveIt)
{
    const auto files = parseFileStatus("dir 41ed root root 1795249898 /\ndir 41e8 www-data www-data 1795249898 /run/php\n"
                                       "file c1b0 www-data www-data 1795249899 /run/php/my app.sock\n"
                                       "dir 41ed root root 1795249898 /\nmissing /run/none.sock\ndir 41ed root root 1 /x\nunseen /x/y\n");
    ASSERT_EQ(files.size(), 2u) << "what could not be seen is no fact";
    EXPECT_TRUE(files[0].exists);
    EXPECT_EQ(files[0].type, "socket");
    EXPECT_EQ(files[0].mode, 0660u);
    EXPECT_EQ(files[0].path, "/run/php/my app.sock");
    ASSERT_EQ(files[0].parents.size(), 2u);
    EXPECT_EQ(files[0].parents[1].mode, 0750u);
    EXPECT_FALSE(files[1].exists);
    EXPECT_EQ(files[1].parents.size(), 1u);
}

TEST(ContainersTest, ReadsStatePortsAndNetworks)
{
    const auto containers = parseContainers( // as an older recording has it
        "@@ docker\n"
        R"({"Id":"abc","Name":"/shop","Image":"shop:1","State":{"Status":"exited","ExitCode":137,"OOMKilled":true,"Pid":0,"StartedAt":"2026-11-21T08:00:00.5Z","FinishedAt":"2026-11-21T08:30:00Z"},"RestartCount":3,"Networks":{"front":{"IPAddress":"172.18.0.2"}},"Ports":{"3000/tcp":[{"HostIp":"0.0.0.0","HostPort":"8080"}],"9000/tcp":null},"Labels":{"com.docker.compose.service":"shop"}})"
        "\n{broken\nError: no such object\n").containers;
    ASSERT_EQ(containers.size(), 1u);
    const model::Container& container = containers[0];
    EXPECT_EQ(container.name, "shop");
    EXPECT_EQ(container.engine, "docker");
    EXPECT_EQ(container.exitCode, 137);
    EXPECT_TRUE(container.isOomKilled);
    EXPECT_FALSE(container.pid);
    EXPECT_EQ(container.networks.at("front"), "172.18.0.2");
    ASSERT_EQ(container.ports.size(), 1u);
    EXPECT_EQ(container.ports[0].hostPort, 8080);
    EXPECT_EQ(container.labels.at("com.docker.compose.service"), "shop");
    EXPECT_TRUE(container.finishedAt);
}

TEST(ContainersTest, ReadsWhatDockerShows)
{
    // recorded from Docker 20.10.24
    const ContainerFacts facts = parseContainers(
        "@@ docker\n"
        R"({"Pid":300,"Id":"70677270d93f41afc646a27f0fd33bb96047123ab96ba551be70fb0617af16aa","NetworkMode":"shop_default","Name":"/shop-web-1","Image":"lab/app:1","ImageId":"sha256:61","Created":"2026-11-21T11:34:48.796055138Z","State":{"Status":"running","ExitCode":0,"OOMKilled":false,"Error":"","StartedAt":"2026-11-21T11:34:49.069204466Z","FinishedAt":"0001-01-01T00:00:00Z","Health":{"Status":"unhealthy","FailingStreak":4,"Log":[{"ExitCode":0,"Output":"ok"},{"ExitCode":1,"Output":"connection refused\n"}]}},"RestartCount":2,"RestartPolicy":"unless-stopped","Memory":157286400,"Path":"python3","Args":["web.py","--password","***"],"User":"","WorkingDir":"/srv/shop","Networks":{"shop_default":{"Aliases":["web","70677270d93f"],"IPAddress":"172.18.0.2","GlobalIPv6Address":""}},"Ports":{"8000/tcp":[{"HostIp":"127.0.0.1","HostPort":"8080"}],"8125/udp":null},"PortBindings":{"8000/tcp":[{"HostIp":"127.0.0.1","HostPort":"8080"}]},"ExposedPorts":{"8000/tcp":{},"9000/tcp":{}},"Mounts":[{"Source":"/srv/shop","Destination":"/app","RW":false}],"Env":["PORT","DATABASE_PASSWORD"],"ExtraHosts":["host.docker.internal:host-gateway"],"LogDriver":"json-file","Labels":{"com.docker.compose.service":"web","maintainer":"x"}})"
        "\n@@ docker images\n"
        R"({"Id":"sha256:61","Created":"2026-11-20T10:00:00Z"})"
        "\n@@ docker networks\n"
        R"({"Name":"shop_default","Driver":"bridge","Internal":false,"Subnets":[{"Subnet":"172.18.0.0/16","Gateway":"172.18.0.1"}]})"
        "\n@@ sockets 70677270d93f41afc646a27f0fd33bb96047123ab96ba551be70fb0617af16aa /proc/net/tcp\n"
        "   0: 00000000:1F40 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 6616227 1 0 100 0 0 10 0\n"
        "   1: 0B00007F:AC39 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 6616210 1 0 100 0 0 10 0\n"
        "   2: 020012AC:9CB0 090012AC:1538 01 00000000:00000000 00:00000000 00000000     0        0 6616211 1 0 100 0 0 10 0\n");
    ASSERT_EQ(facts.containers.size(), 1u);
    const model::Container& container = facts.containers[0];
    EXPECT_EQ(container.pid, 300);
    EXPECT_EQ(container.health, "unhealthy");
    EXPECT_EQ(container.healthLog, "connection refused");
    EXPECT_EQ(container.failingStreak, 4);
    EXPECT_FALSE(container.exitCode);
    EXPECT_EQ(container.command, "python3 web.py --password ***");
    EXPECT_EQ(container.memoryMaxBytes, 157286400u);
    EXPECT_EQ(container.aliases.at("shop_default"), (std::vector<std::string> { "web", "70677270d93f" }));
    EXPECT_EQ(container.ports, (std::vector<model::Container::PublishedPort> { { "127.0.0.1", 8080, 8000 } }));
    EXPECT_EQ(container.exposed, (std::vector<base::Port> { 8000, 9000 }));
    EXPECT_EQ(container.mounts, (std::vector<model::Container::Mount> { { "/srv/shop", "/app", true } }));
    EXPECT_EQ(container.environment, (std::vector<std::string> { "PORT", "DATABASE_PASSWORD" }));
    EXPECT_FALSE(container.labels.contains("maintainer"));
    EXPECT_TRUE(container.imageCreatedAt);
    ASSERT_EQ(facts.networks.size(), 1u);
    EXPECT_EQ(facts.networks[0].gateways, (std::vector<std::string> { "172.18.0.1" }));
    ASSERT_EQ(facts.listeners.size(), 1u) << "the engine's own name server is none of the app's";
    EXPECT_EQ(facts.listeners[0].port, 8000);
    EXPECT_EQ(facts.listeners[0].container, "shop-web-1");
    ASSERT_EQ(facts.connections.size(), 1u);
    EXPECT_EQ(facts.connections[0].remoteAddress, "172.18.0.9");
    EXPECT_EQ(facts.connections[0].remotePort, 5432);
}

TEST(ContainersTest, AStoppedOnePublishesWhatItIsConfiguredTo)
{
    const auto containers = parseContainers(
        "@@ podman\n"
        R"({"Pid":0,"Id":"abc","Name":"web","Image":"x","State":{"Status":"stopped","ExitCode":143},"Ports":{},"PortBindings":{"80/tcp":[{"HostIp":"","HostPort":"8080"}]}})"
        "\n").containers;
    ASSERT_EQ(containers.size(), 1u);
    EXPECT_EQ(containers[0].state, "exited");
    EXPECT_EQ(containers[0].exitCode, 143);
    EXPECT_EQ(containers[0].ports, (std::vector<model::Container::PublishedPort> { { "", 8080, 80 } }));
}

}
}
