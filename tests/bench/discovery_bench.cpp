// What discovery costs.
//
//   bench_discovery [--limit MILLISECONDS] [--ratio LIMIT]
//
// 1. From the capture of a host with 200 virtual hosts and 500 listeners to its chain: text to facts, facts to nodes and
//    hops. With --limit it fails where that takes longer.
// 2. An nginx configuration of 100,000 lines: our reading of it beside the whole of `nginx -T`, and the ratio. With
//    --ratio it fails where that is larger. Both are medians, taken by turns.

#include "core/discovery/discover.h"
#include "core/model/checkids.h"
#include "core/parse/facts.h"
#include "core/parse/nginxconfig.h"
#include "tests/support/childprocess.h"

#include <algorithm>
#include <chrono>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <stdexcept>

using namespace hopscope;
using Clock = std::chrono::steady_clock;

namespace {

constexpr int virtualHosts = 200;
constexpr int listeners = 500;
constexpr int firstPort = 20000;
constexpr int firstPid = 2000;
constexpr int runs = 7;

double milliseconds(const std::function<void()>& work)
{
    const auto start = Clock::now();
    work();
    return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

double median(std::vector<double> values)
{
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

[[gnu::format(printf, 1, 2)]] std::string text(const char* format, ...)
{
    char line[2048];
    va_list arguments;
    va_start(arguments, format);
    std::vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    return line;
}

/// One site in the shape that generators and people write: redirect, certificate, static files, app, websocket.
std::string site(int number, int port)
{
    std::string out = text("upstream app%d {\n    server 127.0.0.1:%d max_fails=3 fail_timeout=10s;\n    keepalive 16;\n}\n", number, port);
    out += text("server {\n    listen 80;\n    server_name shop%d.example.com www.shop%d.example.com;\n", number, number);
    out += text("    root /srv/shop%d/public;\n    access_log /var/log/nginx/shop%d.access.log;\n", number, number);
    out += "    client_max_body_size 20m; # uploads\n    proxy_read_timeout 75s;\n";
    out += text("    location / {\n        proxy_pass http://app%d;\n        proxy_set_header Host $host;\n", number);
    out += "        proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;\n"
           "        proxy_set_header X-Forwarded-Proto $scheme;\n        proxy_http_version 1.1;\n    }\n";
    out += "    location ~* \\.(css|js|png|jpe?g|svg|woff2?)$ {\n        expires 30d;\n"
           "        add_header Cache-Control \"public, immutable\";\n    }\n";
    for (const char* path : { "/api/", "/admin/", "/socket/", "/media/" })
        out += text("    location %s {\n        proxy_pass http://app%d;\n        proxy_set_header Upgrade $http_upgrade;\n"
                    "        proxy_set_header Connection \"upgrade\";\n    }\n", path, number);
    return out + "}\n";
}

std::string head()
{
    return "user www-data;\nworker_processes auto;\nevents {\n    worker_connections 768;\n}\nhttp {\n    server_names_hash_max_size 16384;\n    server_names_hash_bucket_size 128;\n";
}

/// What the first wave brings of one host: nginx with all its sites, an app with a unit behind each, and others.
model::Capture bigHost()
{
    model::Capture capture;
    capture.profile.name = "big";
    capture.profile.url = text("http://shop%d.example.com/", virtualHosts / 2);
    model::ProfileHost host;
    host.name = base::HostId("big");
    host.isLocal = true;
    capture.profile.hosts = { host };
    capture.sessions.emplace_back();
    capture.sessions.back().host = host.name;
    const auto add = [&](const char* check, std::string output) {
        model::CheckResult result;
        result.host = host.name;
        result.check = base::CheckId(check);
        result.outcome = model::outcome::Captured {};
        result.output = std::move(output);
        capture.checks.push_back(std::move(result));
    };
    namespace id = model::checkid;
    const char* row = "%10d %10d %-32s S %7d %12d %7.1f %12d %-16s %s\n";
    std::string sockets = "tcp LISTEN 0 511 0.0.0.0:80 0.0.0.0:* users:((\"nginx\",pid=101,fd=6),(\"nginx\",pid=100,fd=6)) ino:1 sk:1 cgroup:/system.slice/nginx.service <->\n";
    std::string processes = "now=1763719200\n@@ ps\n" + text(row, 100, 1, "root", 1, 9000, 0.1, 5000, "nginx", "nginx: master process /usr/sbin/nginx")
        + text(row, 101, 100, "www-data", 1, 9000, 0.1, 5000, "nginx", "nginx: worker process");
    std::string units = "Id=nginx.service\nLoadState=loaded\nActiveState=active\nSubState=running\nMainPID=100\nExecStart={ path=/usr/sbin/nginx ; argv[]=/usr/sbin/nginx ; }\n\n";
    std::string connections;
    std::string groups = "@@ cgroup\n";
    for (int i = 0; i < listeners - 1; ++i) {
        const int pid = firstPid + i;
        const int port = firstPort + i;
        sockets += text("tcp LISTEN 0 511 127.0.0.1:%d 0.0.0.0:* users:((\"node\",pid=%d,fd=18)) uid:1001 ino:%d sk:%d cgroup:/system.slice/shop%d.service <->\n", port, pid, pid, pid, i);
        processes += text(row, pid, 1, "deploy", 11, 90000, 1.5, 40000, "node", text("/usr/bin/node /srv/shop%d/server.js --port %d", i, port).c_str());
        groups += text("/proc/%d/cgroup:0::/system.slice/shop%d.service\n", pid, i);
        units += text("Id=shop%d.service\nDescription=Shop %d\nLoadState=loaded\nActiveState=active\nSubState=running\nUnitFileState=enabled\nMainPID=%d\nRestart=always\nUser=deploy\nWorkingDirectory=/srv/shop%d\nExecStart={ path=/usr/bin/node ; argv[]=/usr/bin/node /srv/shop%d/server.js ; }\nFragmentPath=/etc/systemd/system/shop%d.service\n\n", i, i, pid, i, i, i);
        connections += text("ESTAB 0 0 127.0.0.1:%d 10.1.0.9:5432 users:((\"node\",pid=%d,fd=20))\n", 40000 + i, pid);
    }
    std::string sites;
    for (int i = 0; i < virtualHosts; ++i)
        sites += text("# configuration file /etc/nginx/sites-enabled/shop%d:\n", i) + site(i, firstPort + i) + "\n";
    add(id::identity, "now=1763719200.5 zone=+0000\nuid=0\nuser=root\nsudo=root\nhostname=big\n");
    add(id::network, "2: eth0    inet 10.1.0.2/24 scope global eth0\n");
    add(id::listeners, std::move(sockets));
    add(id::processes, processes + groups);
    add(id::units, std::move(units));
    add(id::connections, std::move(connections));
    add(id::nginxConfig, "marker=@@1\n@@1 instance pid=100 exe=/usr/sbin/nginx conf= prefix=\n@@1 version nginx version: nginx/1.22.1\n@@1 test ok\n"
            "# configuration file /etc/nginx/nginx.conf:\n" + head() + "    include /etc/nginx/sites-enabled/*;\n}\n\n" + sites);
    return capture;
}

bool measureBigHost(double limit)
{
    const model::Capture capture = bigHost();
    std::vector<double> parsing;
    std::vector<double> finding;
    std::vector<double> both;
    discovery::Discovered found;
    for (int i = 0; i < runs; ++i) {
        model::Facts facts;
        parsing.push_back(milliseconds([&] { facts = parse::factsFrom(capture); }));
        finding.push_back(milliseconds([&] { found = discovery::discover(capture.profile, facts); }));
        both.push_back(parsing.back() + finding.back());
        if (facts.hosts.begin()->second.listeners.size() != listeners)
            throw std::runtime_error("not every listener was read");
    }
    const auto onPath = std::count_if(found.topology.hops.begin(), found.topology.hops.end(), [](const model::Hop& hop) { return hop.isOnPath; });
    // client, nginx, the app and its database; the other sites' apps beside them
    if (onPath != 3 || found.topology.hops.size() < std::size_t(virtualHosts) + 2)
        throw std::runtime_error(text("found %d hops, %d of them on the path", int(found.topology.hops.size()), int(onPath)));
    std::printf("%d virtual hosts, %d listeners, %zu hops\n", virtualHosts, listeners, found.topology.hops.size());
    std::printf("  outputs to facts     %7.1f ms (median of %d)\n", median(parsing), runs);
    std::printf("  facts to the chain   %7.1f ms\n", median(finding));
    std::printf("  together             %7.1f ms\n", median(both));
    return limit <= 0 || median(both) <= limit;
}

bool measureLongConfiguration(double limit)
{
    const test::TemporaryFolder folder;
    constexpr std::size_t wanted = 100'000;
    std::string configuration = "pid " + folder.file("pid") + ";\nerror_log " + folder.file("error.log") + ";\n";
    configuration += head();
    // Not root's folders: it runs as anybody.
    for (const char* kind : { "client_body", "proxy", "fastcgi", "uwsgi", "scgi" })
        configuration += std::string("    ") + kind + "_temp_path " + folder.file(kind) + ";\n";
    std::size_t lines = std::size_t(std::count(configuration.begin(), configuration.end(), '\n')) + 1;
    for (int i = 0; lines < wanted; ++i) {
        std::string each = site(i, firstPort + i % 20000);
        // One log of all: nginx would open thousands of files.
        const std::size_t log = each.find("/var/log/nginx/");
        each.replace(log, each.find(';', log) - log, folder.file("access.log"));
        // nginx binds what it tests.
        const std::string listen = "listen 80;";
        each.replace(each.find(listen), listen.size(), "listen unix:" + folder.file("socket") + ";");
        lines += std::size_t(std::count(each.begin(), each.end(), '\n'));
        configuration += each;
    }
    configuration += "}\n";
    const std::string file = folder.write("nginx.conf", configuration);
    std::vector<double> theirs;
    std::vector<double> ours;
    for (int i = 0; i < 3; ++i) {
        std::string dump;
        theirs.push_back(milliseconds([&] { dump = test::outputOf({ "nginx", "-T", "-q", "-c", file, "-p", folder.path() }); }));
        ours.push_back(milliseconds([&] {
            const auto files = parse::splitNginxDump(dump);
            const parse::NginxConfig read = parse::loadNginxConfig(files, file);
            if (read.directives.size() < 4 || !read.warnings.empty())
                throw std::runtime_error("the configuration was not read");
        }));
    }
    const double ratio = median(ours) / median(theirs);
    std::printf("nginx configuration of %zu lines, %zu KiB\n", lines, configuration.size() / 1024);
    std::printf("  nginx -T             %7.1f ms (median of %zu)\n", median(theirs), theirs.size());
    std::printf("  our reading of it    %7.1f ms\n", median(ours));
    std::printf("  ratio                %7.2f\n", ratio);
    return limit <= 0 || ratio <= limit;
}

}

int main(int argumentCount, char** arguments)
{
    double limit = 0;
    double ratio = 0;
    for (int i = 1; i + 1 < argumentCount; i += 2)
        (std::string_view(arguments[i]) == "--ratio" ? ratio : limit) = std::atof(arguments[i + 1]);
    try {
        const bool isQuick = measureBigHost(limit);
        const bool isLean = measureLongConfiguration(ratio);
        return isQuick && isLean ? 0 : 1;
    } catch (const std::exception& problem) {
        std::fprintf(stderr, "bench_discovery: %s\n", problem.what());
        return 2;
    }
}
