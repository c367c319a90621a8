#include "core/probe/checks.h"

#include "core/base/quote.h"
#include "core/model/checkids.h"
#include "core/probe/hostchecks.h"
#include "core/probe/shelltext.h"

#include <algorithm>
#include <iterator>
#include <string_view>

namespace hopscope::probe {
namespace {

namespace id = model::checkid;

struct Entry {
    const char* check;
    const char* command; ///< as a person would paste it
    int limitMs;
    std::size_t byteLimit;
    const char* needs = ""; ///< CheckSpec::needs
    bool isBrief = false;   ///< CheckSpec::isBrief
};

constexpr std::size_t kib = 1024;

/// What the chain is made of, and what tells whether its processors are short; what takes longest comes first.
constexpr Entry chainEntries[] = {
    { id::identity, "id; hostname; date; uptime; cat /etc/os-release", 3000, 16 * kib, "", true },
    { id::network, "ip -o addr show; ip route show", 3000, 128 * kib, "", true },
    { id::names, "cat /etc/hosts /etc/resolv.conf /etc/nsswitch.conf", 3000, 64 * kib, "", true },
    { id::listeners, "sudo ss -ltuxnp", 5000, 512 * kib },
    { id::processes, "ps -eo pid,ppid,user,state,nlwp,rss,pcpu,etimes,comm,args", 6000, 1024 * kib },
    { id::units, "systemctl show '*.service' '*.socket'", 8000, 1024 * kib },
    { id::nginxConfig, "sudo nginx -T", 8000, 2048 * kib },
    { id::appSettings, "sudo cat /proc/*/environ; cat /etc/systemd/system/*.service .env config/* (addresses only)", 6000, 512 * kib },
    { id::apacheConfig, "sudo apachectl -t -D DUMP_INCLUDES -D DUMP_MODULES; sudo cat FILES", 8000, 2048 * kib, "apache2 httpd httpd.worker httpd.event httpd.prefork command:apache2 command:httpd /usr/local/apache2" },
    { id::haproxyConfig, "sudo haproxy -c -f /etc/haproxy/haproxy.cfg; sudo cat /etc/haproxy/haproxy.cfg", 8000, 2048 * kib, "haproxy command:haproxy /usr/local/sbin/haproxy" },
    { id::caddyConfig, "sudo cat /etc/caddy/Caddyfile; curl -s localhost:2019/config/; curl -s localhost:2019/reverse_proxy/upstreams", 8000, 2048 * kib, "caddy command:caddy /etc/caddy" },
    { id::runtimes, "node --version; java -version; sudo jstat -gcutil PID", 5000, 64 * kib },
    { id::phpFpmConfig, "cat /etc/php/*/fpm/pool.d/*.conf /etc/php-fpm.d/*.conf", 4000, 512 * kib },
    { id::traefikConfig, "sudo cat /etc/traefik/traefik.yml; curl -s localhost:8080/api/rawdata", 8000, 2048 * kib, "traefik command:traefik /etc/traefik /usr/local/bin/traefik" },
    { id::envoyConfig, "sudo cat /etc/envoy/envoy.yaml; curl -s 'localhost:9901/config_dump?include_eds'; curl -s 'localhost:9901/clusters?format=json'", 8000, 3072 * kib, "envoy command:envoy /etc/envoy /usr/local/bin/envoy" },
    { id::haproxyStatus, "echo 'show info; show stat; show servers state' | sudo socat - UNIX-CONNECT:/run/haproxy/admin.sock", 5000, 1024 * kib, "haproxy" },
    { id::containers, "docker ps -a; docker inspect $(docker ps -aq)", 8000, 1024 * kib, "docker podman command:docker command:podman" },
    { id::connections, "sudo ss -tnp state connected exclude time-wait", 5000, 512 * kib },
    { id::resources, "uptime; free; cat /proc/sys/fs/file-nr; nstat -az", 3000, 64 * kib, "", true },
    { id::cpuGroups, "grep -rs '' /sys/fs/cgroup --include=cpu.max --include=cpu.stat | grep -E 'cpu.max|nr_throttled'", 3000, 64 * kib },
};

/// How the host is, and what happened on it.
constexpr Entry conditionEntries[] = {
    { id::fileSystems, "df -lkP; df -liP", 4000, 128 * kib },
    { id::neighbours, "ip neigh show", 3000, 64 * kib, "", true },
    { id::firewall, "sudo nft list ruleset; sudo iptables-save -c; sudo ip6tables-save -c", 5000, 1024 * kib },
    { id::kernelLog, "sudo dmesg", 5000, 256 * kib },
    { id::journal, "sudo journalctl -p warning -n 200; sudo journalctl -n 300 _PID=1 + SYSLOG_IDENTIFIER=sudo", 8000, 256 * kib },
    { id::changes, "tail /var/log/dpkg.log /var/log/apt/history.log; find /etc/nginx /etc/systemd/system -mtime -14 -ls", 5000, 128 * kib },
};

/// Proxies with an interface for administration are looked at alike.
bool hasInterface(std::string_view check)
{
    return check == id::caddyConfig || check == id::traefikConfig || check == id::envoyConfig;
}

exec::CheckSpec specOf(const Entry& entry, int group)
{
    exec::CheckSpec spec;
    spec.check = base::CheckId(entry.check);
    spec.command = entry.command;
    spec.shell = shellText(std::string(entry.check) + ".sh");
    if (hasInterface(entry.check))
        spec.shell = shellText("proxy-functions.sh") + spec.shell;
    if (entry.check == std::string_view(id::appSettings))
        spec.shell = "program=" + base::shellQuoted(shellText("words.awk") + shellText("settings.awk")) + "\nplaces="
            + base::shellQuoted(shellText("words.awk") + shellText("places.awk")) + "\n" + spec.shell;
    spec.limit = base::Milliseconds(entry.limitMs);
    spec.byteLimit = entry.byteLimit;
    spec.needs = entry.needs;
    spec.isBrief = entry.isBrief;
    spec.group = group;
    return spec;
}

}

exec::CheckBatch inventory(const model::ProfileHost& host)
{
    // Side by side they take less than half the time.
    constexpr int chain = 1;
    constexpr int condition = 2;
    exec::CheckBatch batch;
    for (const Entry& entry : chainEntries)
        batch.push_back(specOf(entry, chain));
    batch.push_back(clusterObjects(host.kubernetes));
    batch.back().group = chain;
    batch.back().needs = "kubectl command:kubectl command:k3s command:microk8s";
    for (const Entry& entry : conditionEntries)
        batch.push_back(specOf(entry, condition));
    return batch;
}

bool isOfChain(const base::CheckId& check)
{
    return check.value() == id::kubernetes
        || std::any_of(std::begin(chainEntries), std::end(chainEntries), [&](const Entry& each) { return check.value() == each.check; });
}

}
