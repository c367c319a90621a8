#include "core/probe/interfacelogs.h"

#include <gmock/gmock.h>

namespace hopscope::probe {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

InterfaceLogs logsOf(const std::string& software, const std::string& text)
{
    model::SoftwareConfig config;
    config.software = software;
    config.files = { { "f", text, {}, {} } };
    return interfaceLogs(config);
}

TEST(InterfaceLogs, FindsTheFilesThatEachConfigurationNames)
{
    EXPECT_THAT(logsOf("caddy", "a.example {\n\tlog {\n\t\toutput file /var/log/caddy/a.log {\n\t\t}\n\t}\n}\n").accesses, ElementsAre("/var/log/caddy/a.log"));
    EXPECT_THAT(logsOf("caddy", R"({"logging":{"logs":{"log0":{"writer":{"filename":"/var/log/caddy/b.log","output":"file"}}}}})").accesses, ElementsAre("/var/log/caddy/b.log"));
    EXPECT_THAT(logsOf("traefik", "log:\n  level: INFO\n  filePath: /var/log/traefik/traefik.log\naccessLog:\n  filePath: \"/var/log/traefik/access.log\"\n").accesses, ElementsAre("/var/log/traefik/access.log"));
    EXPECT_THAT(logsOf("traefik", "log:\n  level: INFO\n  filePath: /var/log/traefik/traefik.log\n").errors, ElementsAre("/var/log/traefik/traefik.log"));
    EXPECT_THAT(logsOf("traefik", "[accessLog]\n  filePath = \"/x/a.log\"\n").accesses, ElementsAre("/x/a.log"));
    EXPECT_THAT(logsOf("traefik", "--accesslog=true\n--accesslog.filepath=/x/a.log\n--log.filepath=/x/t.log\n").accesses, ElementsAre("/x/a.log"));
    EXPECT_THAT(logsOf("traefik", "--log.filepath=/x/t.log\n").errors, ElementsAre("/x/t.log"));
    EXPECT_THAT(logsOf("envoy", "access_log:\n- name: envoy.access_loggers.file\n  typed_config:\n    path: /var/log/envoy/access.log\n").accesses, ElementsAre("/var/log/envoy/access.log"));
    EXPECT_THAT(logsOf("envoy", "access_log: [{typed_config: {\"path\": \"/dev/stdout\"}}]\nlds_config: {path: /etc/envoy/lds.yaml}\nmatch: {path: \"/var/x\"}\n").accesses, IsEmpty());
    EXPECT_THAT(logsOf("nginx", "access_log /x;").accesses, IsEmpty());
}

}
}
