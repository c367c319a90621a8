#include "core/report/json.h"
#include "core/report/redact.h"
#include "core/report/redact/masks.h"
#include "core/report/redact/secrets.h"

#include "sample.h"

#include <gmock/gmock.h>

using namespace hopscope;
using testing::HasSubstr;
using testing::Not;

namespace {

/// What a text reads like when it is all there is.
std::string masked(const std::string& text)
{
    report::Masks masks;
    masks.learn(text);
    return masks.masked(text);
}

}

TEST(Redact, MasksTheSameThingTheSameWayThroughoutADiagnosis)
{
    const model::Diagnosis diagnosis = report::redacted(test::stoppedService());
    const std::string json = report::diagnosisJson(diagnosis, report::JsonLayout::Indented);
    for (const char* leak : { "shop.example", "app1", "10.1.0.3", "203.0.113.7", "\"edge\"", "edge/", "deploy" })
        EXPECT_THAT(json, Not(HasSubstr(leak)));
    const std::string edge = diagnosis.topology.nodes[1].host->value();
    EXPECT_THAT(edge, testing::StartsWith("host-"));
    EXPECT_EQ(diagnosis.topology.nodes[1].id.value(), edge + "/nginx:443");
    EXPECT_EQ(diagnosis.topology.hops[0].from, diagnosis.topology.nodes[1].id);
    EXPECT_EQ(diagnosis.topology.hops[0].to, diagnosis.topology.nodes[2].id);
    EXPECT_EQ(diagnosis.finding->failingHop, diagnosis.topology.hops[0].id);
    EXPECT_EQ(diagnosis.finding->evidence[0].from, edge);
    EXPECT_EQ(diagnosis.finding->evidence[0].command, "curl -sS http://" + diagnosis.topology.hops[0].declared.endpoint.host + ":3000/");
    EXPECT_EQ(diagnosis.finding->changes[0].host.value(), diagnosis.topology.nodes[2].host->value());
    EXPECT_EQ(diagnosis.incomplete[0].reason, "permission denied; sudo -n is not allowed for " + diagnosis.topology.nodes[2].user);
}

TEST(Redact, MasksATopologyAndItsWarningsAlike)
{
    const auto copy = report::redacted(test::healthy().topology, { { { "/etc/nginx/sites/app1.conf", 3 }, "10.1.0.3 twice" } });
    EXPECT_EQ(copy.topology.hops[0].declared.endpoint.host + " twice", copy.warnings[0].message);
    EXPECT_EQ(copy.warnings[0].place.file, "/etc/nginx/sites/" + copy.topology.nodes[2].host->value() + ".conf");
    EXPECT_EQ(copy.warnings[0].place.line, 3);
}

TEST(Redact, KeepsWhatTheDiagnosisSays)
{
    const model::Diagnosis before = test::stoppedService();
    const model::Diagnosis after = report::redacted(before);
    EXPECT_EQ(after.verdict, before.verdict);
    EXPECT_EQ(after.finding->variant, before.finding->variant);
    EXPECT_EQ(after.finding->cause, before.finding->cause);
    EXPECT_EQ(after.finding->responsible, "app");
    EXPECT_EQ(after.finding->evidence[0].rulesOut, before.finding->evidence[0].rulesOut);
    EXPECT_EQ(after.finding->remediation[0].commands, before.finding->remediation[0].commands);
    EXPECT_EQ(after.topology.nodes[2].unit, "shop.service");
    EXPECT_THAT(after.finding->summary, HasSubstr("shop.service is stopped, so port 3000 refuses connections"));
    EXPECT_EQ(after.topology.hops[0].declared.place.file, "/etc/nginx/sites-enabled/shop");
    EXPECT_EQ(report::redacted(before), after);
}

TEST(Redact, MasksEveryStringThatCarriesAName)
{
    model::Diagnosis diagnosis = test::stoppedService();
    const std::string leak = "leak 198.51.100.77 at canary.example password=hunter2";
    model::Finding& finding = *diagnosis.finding;
    diagnosis.profile = diagnosis.unknownReason = leak;
    diagnosis.request.error = leak;
    finding.summary = finding.firstPlaceToCheck = leak;
    for (model::Evidence& each : finding.evidence)
        each.from = each.command = each.observed = leak;
    finding.changes[0].what = finding.changes[0].command = leak;
    for (model::Remediation* each : { &finding.remediation[0], &finding.prevention[0] }) {
        each->title = each->why = each->expect = each->verify = leak;
        each->commands = each->undo = { leak };
    }
    for (model::Node& node : diagnosis.topology.nodes)
        node.address = node.label = node.unit = node.container = node.object = node.workingDirectory = node.note = leak;
    for (model::Hop& hop : diagnosis.topology.hops) {
        hop.group = hop.declared.endpoint.path = hop.declared.requestHost = hop.declared.requestPath = leak;
        hop.declared.serverName = hop.declared.scriptFile = hop.declared.callerUser = hop.declared.place.file = leak;
        model::Listener listener;
        listener.address = listener.path = listener.process = listener.container = leak;
        hop.listening = { listener };
    }
    diagnosis.alternatives[0].toTellApart = leak;
    diagnosis.advice[0].summary = leak;
    diagnosis.advice[0].remediation = { finding.remediation[0] };
    for (model::HostReport& host : diagnosis.hosts)
        host.os = host.resources.diskMount = leak;
    diagnosis.hosts[1].error->subject = diagnosis.hosts[1].error->detail = diagnosis.hosts[1].error->advice = leak;
    diagnosis.incomplete[0].reason = leak;
    const std::string json = report::diagnosisJson(report::redacted(diagnosis), report::JsonLayout::Indented);
    for (const char* each : { "198.51.100.77", "canary", "hunter2" })
        EXPECT_THAT(json, Not(HasSubstr(each)));
}

TEST(Masks, CoverAddressesAndLeaveLoopbackAndTimesAlone)
{
    EXPECT_EQ(masked("10.0.0.1:80 10.0.0.2 10.0.0.1"), "ip-1:80 ip-2 ip-1");
    EXPECT_EQ(masked("[fd00::1]:443, FD00:0::1 and ::ffff:10.0.0.1 is 10.0.0.1"), "[ip-1]:443, ip-1 and ip-2 is ip-2");
    EXPECT_EQ(masked("fe80::1%eth0"), "ip-1%eth0");
    for (const char* kept : { "127.0.0.1:80", "[::1]:80", "0.0.0.0:443", "[::]:443", "at 09:30:00", "1.22.1", "std::string", "localhost" })
        EXPECT_EQ(masked(kept), kept);
    EXPECT_EQ(masked("02:fc:00:00:00:05"), "[hardware address]");
}

TEST(Masks, CoverDomainNamesAndLeaveFilesUnitsAndCodeAlone)
{
    EXPECT_EQ(masked("api.shop.example shop.example API.shop.example."), "host-1 host-2 host-1.");
    EXPECT_EQ(masked("https://odd.name.zzz/x http://user@odd.name.zzz"), "https://host-1/x http://user-1@host-1");
    EXPECT_EQ(masked("/etc/nginx/shop.example.conf /var/log/shop.example.access.log at shop.example"), "/etc/nginx/host-1.conf /var/log/host-1.access.log at host-1");
    for (const char* kept : { "nginx.conf", "shop.service", "index.php", "server.js", "run.sh", "main.py", "libc.so.6", "java.lang.String",
             "nginx/1.22.1", "e.g. this", "a...b", "/srv/app/main.rs:12" })
        EXPECT_EQ(masked(kept), kept);
}

TEST(Masks, CoverUsersButNotTheAccountsOfEverySystem)
{
    EXPECT_EQ(masked("alice@shop.example in /home/alice, then sudo -u alice id: uid=1000(alice)"), "user-1@host-1 in /home/user-1, then sudo -u user-1 id: uid=1000(user-1)");
    EXPECT_EQ(masked("password authentication failed for user \"shopdb\""), "password authentication failed for user \"user-1\"");
    for (const char* kept : { "User=www-data", "sudo -u postgres psql", "uid=0(root)" })
        EXPECT_EQ(masked(kept), kept);
}

TEST(Masks, TakeKnownHostsAsWholeWordsOnly)
{
    report::Masks masks;
    masks.addHost("edge");
    masks.addHost("10.0.0.9");
    EXPECT_EQ(masks.masked("nginx on edge; edge/nginx:443>x; Edge, knowledge, edge-2, edge.log, 10.0.0.9"),
        "nginx on host-1; host-1/nginx:443>x; host-1, knowledge, edge-2, host-1.log, ip-1");
    report::Masks targets;
    targets.addTarget("app");
    targets.addTarget("shop-backend-7");
    EXPECT_EQ(targets.masked("the app calls shop-backend-7"), "the app calls host-1");
}

TEST(Secrets, AreRemovedWhateverTheyStandIn)
{
    const std::string token = "s3cr3tT0kenValue";
    for (const std::string& text : std::vector<std::string> {
             "Authorization: Bearer " + token,
             "authorization: Basic " + token,
             "curl -H 'Authorization: token " + token + "' http://x/",
             "Cookie: session=" + token,
             "X-Api-Key: " + token,
             "https://user:" + token + "@shop.example/",
             "postgres://shop:" + token + "@db:5432/shop",
             "redis://:" + token + "@10.0.0.1:6379/0",
             "GET /?access_token=" + token + "&x=1",
             "/callback?code=" + token,
             "DB_PASSWORD=" + token,
             "{\"password\": \"" + token + " with blanks\"}",
             "secret_key_base: " + token,
             "mysql -u root -p" + token + " shop",
             "mysqldump --password=" + token,
             "app --api-token " + token + " --port 1",
             "redis-server --requirepass " + token,
             "requirepass " + token,
             "sshpass -p " + token + " ssh x",
             "curl -u admin:" + token + " http://x",
             "-----BEGIN RSA PRIVATE KEY-----\n" + token + "\n-----END RSA PRIVATE KEY-----",
             "-----BEGIN OPENSSH PRIVATE KEY-----\n" + token + " (cut off)",
             "-----BEGIN CERTIFICATE-----\n" + token + "\n-----END CERTIFICATE-----",
             "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI0MiJ9." + token,
             "ghp_" + token + token,
             "sk_live_" + token,
             "xoxb-1234-" + token,
         })
        EXPECT_THAT(report::withoutSecrets(text), Not(HasSubstr(token))) << text;
    EXPECT_THAT(report::withoutSecrets("id AKIAIOSFODNN7EXAMPLE"), Not(HasSubstr("AKIA")));
}

TEST(Secrets, LeaveOrdinaryTextAlone)
{
    for (const char* kept : { "Basic authentication is off", "the token was refused", "password authentication failed for user \"x\"",
             "nginx -t", "ss -ltnp", "systemctl status shop.service", "Permission denied (publickey,password).", "GET /a?page=2",
             "mysql -u root shop", "ps -p 123", "connect() failed (111: Connection refused) while connecting to upstream" })
        EXPECT_EQ(report::withoutSecrets(kept), kept);
}

TEST(Secrets, TakeLinearTimeOnHostileText)
{
    std::string text;
    for (int i = 0; i < 20000; ++i)
        text += "-----BEGIN x password=\" eyJ";
    EXPECT_FALSE(report::withoutSecrets(text).empty());
    EXPECT_FALSE(masked(std::string(200000, ':') + std::string(200000, 'a') + std::string(200000, '.')).empty());
    std::string dots;
    for (int i = 0; i < 100000; ++i)
        dots += "a.";
    EXPECT_FALSE(masked(dots).empty());
}
