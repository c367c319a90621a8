// The checks of proxies that have an interface of their own: the real Caddy; for Envoy and Traefik, which Debian has not, a
// process of that name that serves recorded answers (shapes: Envoy's operations/admin documentation, Traefik's
// pkg/api/testdata).
#include "core/model/checkids.h"
#include "core/parse/facts.h"
#include "core/probe/checks.h"
#include "tests/core/probe/checkhelpers.h"
#include "tests/support/childprocess.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

namespace hopscope::probe {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

void write(const std::string& path, const std::string& text)
{
    std::filesystem::create_directories(std::filesystem::path(path).parent_path());
    std::ofstream(path) << text;
}

class ProxyInterface : public testing::TestWithParam<const char*> {
protected:
    /// This check alone, on this machine.
    model::HostFacts facts(const char* check) const
    {
        model::Capture capture;
        for (const exec::CheckSpec& spec : inventory({}))
            if (spec.check == base::CheckId(check)) {
                model::CheckResult result;
                result.host = base::HostId("here");
                result.check = spec.check;
                std::vector<std::string> words { GetParam(), "-c", test::scriptHelpers() + "(\n" + spec.shell + "\n) 2>&1 </dev/null; exit 0\n" };
                if (words[0] == "busybox")
                    words.insert(words.begin() + 1, "sh");
                result.output = test::outputOf(words);
                capture.checks.push_back(std::move(result));
            }
        return parse::factsFrom(capture).hosts.at(base::HostId("here"));
    }

    /// The instance that runs with this main file; others may run on this machine too.
    const model::SoftwareConfig* instance(const model::HostFacts& host, const std::string& mainFile) const
    {
        for (const model::SoftwareConfig& config : host.configs)
            if (config.mainFile == mainFile)
                return &config;
        return nullptr;
    }

    static std::vector<std::string> paths(const model::SoftwareConfig& config)
    {
        std::vector<std::string> all;
        for (const model::ConfigFile& file : config.files)
            all.push_back(file.path);
        return all;
    }

    static std::string textOf(const model::SoftwareConfig& config, const std::string& path)
    {
        for (const model::ConfigFile& file : config.files)
            if (file.path == path)
                return file.text;
        return {};
    }

    /// A process of this name that serves `answers` (path to text, in files of `folder`) and has these arguments.
    std::unique_ptr<test::ChildProcess> impostor(const std::string& name, unsigned short port, const std::vector<std::string>& arguments) const
    {
        std::filesystem::copy_file(std::filesystem::canonical("/usr/bin/python3"), m_folder.file(name));
        const std::string code = "import http.server, json\nanswers = json.load(open('" + m_folder.file("answers.json")
            + "'))\nclass Handler(http.server.BaseHTTPRequestHandler):\n    def do_GET(self):\n        found = answers.get(self.path)\n"
              "        self.send_response(200 if found is not None else 404)\n        self.end_headers()\n"
              "        self.wfile.write(json.dumps(found).encode())\n    def log_message(self, *a): pass\n"
              "http.server.ThreadingHTTPServer(('127.0.0.1', "
            + std::to_string(port) + "), Handler).serve_forever()\n";
        std::vector<std::string> words { m_folder.file(name), "-c", code };
        words.insert(words.end(), arguments.begin(), arguments.end());
        auto process = std::make_unique<test::ChildProcess>(words, m_folder.file("log"));
        test::waitForPort(port);
        return process;
    }

    test::TemporaryFolder m_folder;
};

TEST_P(ProxyInterface, ShowsWhatTheRealCaddyHasAndDoes)
{
    const unsigned short admin = test::freePort();
    const unsigned short port = test::freePort();
    const unsigned short dead = test::freePort();
    const std::string file = m_folder.file("Caddyfile");
    write(file, "{\n\tadmin localhost:" + std::to_string(admin) + "\n\tauto_https off\n}\nimport sites/*.caddy\n");
    write(m_folder.file("sites/a.caddy"), "http://:" + std::to_string(port) + " {\n\treverse_proxy 127.0.0.1:" + std::to_string(dead)
            + " {\n\t\theader_up Authorization \"Bearer verysecret\"\n\t}\n\tbasicauth /x {\n\t\tbob $2a$14$Zkx19XLiW6VYouLHR5NmfOFU0z2GTNmpkT/5qqR7hx4IjWJPDhjvG\n\t}\n}\n");
    const test::ChildProcess caddy({ "/usr/bin/env", "XDG_CONFIG_HOME=" + m_folder.path(), "XDG_DATA_HOME=" + m_folder.path(), "/usr/bin/caddy", "run",
                                       "--config", file, "--adapter", "caddyfile" },
        m_folder.file("log"));
    test::waitForPort(port);
    const model::HostFacts host = facts(model::checkid::caddyConfig);
    const model::SoftwareConfig* config = instance(host, file);
    ASSERT_NE(config, nullptr) << test::contentOf(m_folder.file("log"));
    EXPECT_EQ(config->software, "caddy");
    EXPECT_THAT(config->version, HasSubstr("2."));
    EXPECT_EQ(config->isValid, true);
    EXPECT_THAT(paths(*config), ::testing::IsSupersetOf({ file, m_folder.file("sites/a.caddy"), std::string("admin /config/") }));
    EXPECT_THAT(textOf(*config, "admin /config/"), HasSubstr("\"dial\":\"127.0.0.1:" + std::to_string(dead) + "\""));
    for (const model::ConfigFile& each : config->files) {
        EXPECT_THAT(each.text, Not(HasSubstr("verysecret"))) << each.path;
        EXPECT_THAT(each.text, Not(HasSubstr("$2a$14$"))) << each.path;
    }
    EXPECT_TRUE(config->files.front().modifiedAt);
    const auto reported = std::find_if(host.serverReports.begin(), host.serverReports.end(),
        [&](const model::ServerReport& report) { return report.address == "127.0.0.1:" + std::to_string(dead); });
    ASSERT_NE(reported, host.serverReports.end());
    EXPECT_EQ(reported->software, "caddy");
}

TEST_P(ProxyInterface, ShowsCaddysComplaintAboutItsFile)
{
    const unsigned short port = test::freePort();
    const std::string file = m_folder.file("Caddyfile");
    write(file, "{\n\tadmin off\n\tauto_https off\n}\nhttp://:" + std::to_string(port) + " {\n\trespond ok\n}\n");
    const test::ChildProcess caddy({ "/usr/bin/env", "XDG_CONFIG_HOME=" + m_folder.path(), "XDG_DATA_HOME=" + m_folder.path(), "/usr/bin/caddy", "run", "--config", file },
        m_folder.file("log"));
    test::waitForPort(port);
    write(file, "http://:" + std::to_string(port) + " {\n\treverse_prox x:1\n}\n");
    const model::HostFacts host = facts(model::checkid::caddyConfig);
    const model::SoftwareConfig* config = instance(host, file);
    ASSERT_NE(config, nullptr) << test::contentOf(m_folder.file("log"));
    EXPECT_EQ(config->isValid, false);
    EXPECT_THAT(config->validatorLines, Contains(HasSubstr(file + ":2: unrecognized directive: reverse_prox")));
}

TEST_P(ProxyInterface, AsksEnvoysAdminInterface)
{
    const unsigned short admin = test::freePort();
    const std::string file = m_folder.file("envoy.yaml");
    write(file, "admin:\n  address:\n    socket_address: { address: 127.0.0.1, port_value: " + std::to_string(admin)
            + " }\nstatic_resources:\n  clusters: []\ndynamic_resources:\n  lds_config: { path: " + m_folder.file("lds.yaml") + " }\n");
    write(m_folder.file("lds.yaml"), "resources: []\n");
    write(m_folder.file("answers.json"), R"json({"/config_dump?include_eds": {"configs": []},
"/clusters?format=json": {"cluster_statuses": [{"name": "web", "added_via_api": false, "host_statuses": [
 {"address": {"socket_address": {"address": "10.0.0.1", "port_value": 8080}}, "stats": [{"name": "cx_connect_fail", "value": "7"}, {"name": "rq_active", "type": "GAUGE", "value": "2"}],
  "health_status": {"failed_active_health_check": true, "eds_health_status": "HEALTHY"}, "weight": 1, "hostname": "app.internal"},
 {"address": {"socket_address": {"address": "10.0.0.2", "port_value": 8080}}, "stats": [], "health_status": {"failed_outlier_check": true, "eds_health_status": "HEALTHY"}},
 {"address": {"socket_address": {"address": "10.0.0.3", "port_value": 8080}}, "stats": [], "health_status": {"eds_health_status": "HEALTHY"}}]}]}})json");
    const auto envoy = impostor("envoy", admin, { "--config-path", file });
    const model::HostFacts host = facts(model::checkid::envoyConfig);
    const model::SoftwareConfig* config = instance(host, file);
    ASSERT_NE(config, nullptr);
    EXPECT_THAT(paths(*config), ::testing::IsSupersetOf({ file, m_folder.file("lds.yaml"), std::string("admin /config_dump?include_eds"), std::string("admin /clusters?format=json") }));
    ASSERT_THAT(host.serverReports, SizeIs(3));
    using Health = model::ServerReport::Health;
    EXPECT_EQ(host.serverReports[0].health, Health::Down);
    EXPECT_EQ(host.serverReports[0].server, "app.internal:8080");
    EXPECT_EQ(host.serverReports[0].connectErrors, 7u);
    EXPECT_EQ(host.serverReports[1].health, Health::Down);
    EXPECT_EQ(host.serverReports[1].check, "outlier detection");
    EXPECT_EQ(host.serverReports[2].health, Health::Up);
}

TEST_P(ProxyInterface, AsksTraefiksApiAndReadsItsFiles)
{
    const unsigned short api = test::freePort();
    const std::string file = m_folder.file("traefik.yml");
    write(file, "entryPoints:\n  web:\n    address: \":80\"\n  traefik:\n    address: \":" + std::to_string(api)
            + "\"\napi:\n  insecure: true\nproviders:\n  file:\n    directory: " + m_folder.file("dynamic") + "\n");
    write(m_folder.file("dynamic/a.yml"), "http:\n  middlewares:\n    auth:\n      basicAuth:\n        users:\n          - \"bob:$apr1$H6uskkkW$IgXLP6ewTrSuBkTrqE8wj/\"\n");
    write(m_folder.file("answers.json"), R"json({"/api/entrypoints": [{"name": "web", "address": ":80"}],
"/api/rawdata": {"routers": {"a@file": {"service": "s", "rule": "Host(`a`)"}}, "services": {"s@file": {"loadBalancer": {"servers": [{"url": "http://10.0.0.1:80"}], "healthCheck": {"path": "/"}}, "serverStatus": {"http://10.0.0.1:80": "DOWN"}}}}})json");
    const auto traefik = impostor("traefik", api, { "--configFile=" + file, "--providers.consul.token=verysecret" });
    const model::HostFacts host = facts(model::checkid::traefikConfig);
    const model::SoftwareConfig* config = instance(host, file);
    ASSERT_NE(config, nullptr);
    EXPECT_THAT(paths(*config), ::testing::IsSupersetOf({ file, m_folder.file("dynamic/a.yml"), std::string("command line"), std::string("api /api/rawdata"), std::string("api /api/entrypoints") }));
    for (const model::ConfigFile& each : config->files) {
        EXPECT_THAT(each.text, Not(HasSubstr("verysecret"))) << each.path;
        EXPECT_THAT(each.text, Not(HasSubstr("$apr1$"))) << each.path;
    }
    ASSERT_THAT(host.serverReports, SizeIs(1));
    EXPECT_EQ(host.serverReports[0].address, "10.0.0.1:80");
    EXPECT_EQ(host.serverReports[0].group, "s");
    EXPECT_EQ(host.serverReports[0].health, model::ServerReport::Health::Down);
}

INSTANTIATE_TEST_SUITE_P(Shells, ProxyInterface, testing::Values("dash", "bash", "busybox"));

}
}
