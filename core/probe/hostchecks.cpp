#include "core/probe/hostchecks.h"

#include "core/base/quote.h"
#include "core/model/checkids.h"
#include "core/probe/shelltext.h"

namespace hopscope::probe {
namespace {

namespace id = model::checkid;
using base::shellQuoted;

exec::CheckSpec spec(const char* check, std::string subject, std::string command, std::string shell)
{
    exec::CheckSpec result;
    result.check = base::CheckId(check);
    result.subject = std::move(subject);
    result.command = std::move(command);
    result.shell = std::move(shell);
    result.limit = base::Milliseconds(4000);
    result.byteLimit = 128 * 1024;
    return result;
}

/// A path as an operand: it can't be taken for an option.
std::string operand(const std::string& path) { return shellQuoted(path.starts_with('-') ? "./" + path : path); }

/// Sets `out` to the end of a log. A log that is not there yet is empty, no failure.
std::string tailInto(int lines, const std::string& path)
{
    return "out=$(priv tail -n " + std::to_string(lines) + " " + operand(path)
        + " 2>&1) || case $out in *'o such file'*) exit 0 ;; *) printf '%s\\n' \"$out\" >&2; exit 1 ;; esac\n";
}

/// The properties of the general check, so that both looks read alike.
std::string unitProperties()
{
    const std::string units = shellText("units.sh");
    const std::size_t start = units.find("\nproperties=") + 12;
    return units.substr(start, units.find('\n', start) - start);
}

}

exec::CheckSpec socketStatus(const std::string& path)
{
    return spec(id::socketStatus, path, "namei -l " + operand(path),
        "path=" + shellQuoted(path) + "\n" + shellText("socket-status.sh"));
}

exec::CheckSpec listenerQueue(const model::Hop& hop, const model::Endpoint& listening)
{
    if (listening.isUnix())
        return spec(id::listenerQueue, hop.id.value(), "sudo ss -lxp | grep -F " + operand(listening.path),
            "have ss || missing ss\npriv ss -H -lxpO 2>/dev/null | grep -F -- " + shellQuoted(listening.path)
                + "\nexit 0\n");
    const std::string filter = shellQuoted("sport = :" + std::to_string(listening.port));
    return spec(id::listenerQueue, hop.id.value(), "sudo ss -ltunpe " + filter + "; sudo ss -tnp " + filter,
        // with -e its control group tells the unit of one that was started since the processes were listed
        "have ss || missing ss\npriv ss -H -ltunpOe " + filter
            + "\npriv ss -H -tnpO state connected exclude time-wait " + filter + " | head -n 300\nexit 0\n");
}

exec::CheckSpec route(const model::Hop& hop, const std::string& address)
{
    const std::string word = operand(address);
    return spec(id::hopRoute, hop.id.value(), "ip route get " + word + "; ip neigh show " + word,
        "have ip || missing ip\necho asked=" + word + "\nip route get " + word + " 2>&1\necho \"@@ neighbour\"\nip neigh show " + word
            + "\nexit 0\n");
}

exec::CheckSpec unitState(const std::string& unit)
{
    return spec(id::unitState, unit, "systemctl status " + operand(unit),
        "have systemctl || missing systemctl\nTZ=UTC systemctl show --no-pager -p " + unitProperties() + " -- "
            + shellQuoted(unit) + " | sed -E '/=(\\[not set\\]|infinity|n\\/a)?$/d; s/^(SystemCallFilter)=.*/\\1=set/'\nexit 0\n");
}

exec::CheckSpec unitLog(const std::string& unit)
{
    return spec(id::unitLog, unit, "sudo journalctl -u " + operand(unit) + " -n 150 --no-pager",
        "have journalctl || missing journalctl\npriv journalctl --no-pager -o short-unix -n 150 -u "
            + shellQuoted(unit) + "\n");
}

exec::CheckSpec usersUnitLog(const std::string& unit)
{
    const std::string words = shellQuoted("_SYSTEMD_USER_UNIT=" + unit) + " + " + shellQuoted("USER_UNIT=" + unit);
    return spec(id::unitLog, unit, "sudo journalctl " + words + " -n 150 --no-pager",
        "have journalctl || missing journalctl\npriv journalctl --no-pager -o short-unix -n 150 " + words + "\n");
}

exec::CheckSpec proxyErrorLog(const std::string& path)
{
    return spec(id::proxyErrorLog, path, "sudo tail -n 200 " + operand(path),
        tailInto(200, path) + "printf '%s\\n' \"$out\"\n");
}

exec::CheckSpec proxyAccessLog(const std::string& path)
{
    // the status after the quoted request of the common formats, or as a JSON or key=value field
    constexpr const char* failed
        = R"((" |status"?[:=] ?"?)(5[0-9][0-9]|499)([ ",}]|$))";
    // what last went well shows that the way was right then, and our own request that it arrived
    constexpr const char* succeeded = R"((" |status"?[:=] ?"?)([23][0-9][0-9])([ ",}]|$))";
    return spec(id::proxyAccessLog, path,
        "sudo tail -n 3000 " + operand(path) + " | grep -E '\" ([235][0-9][0-9]|499) ' | tail -n 100",
        // in the log's own order, which its whole seconds do not tell
        tailInto(3000, path) + "{ printf '%s\\n' \"$out\" | grep -anE " + shellQuoted(succeeded)
            + " | tail -n 40; printf '%s\\n' \"$out\" | grep -anE " + shellQuoted(failed)
            + " | tail -n 60; printf '%s\\n' \"$out\" | grep -anF hopscope/ | tail -n 5; } | sort -t : -k 1,1n -u | cut -d : -f 2-\nexit 0\n");
}

exec::CheckSpec balancerLog(const std::string& path)
{
    // "… 200 1234 - - ---- 1/1/0/0/0 …" of a request, "… 1234 -- 1/1/…" of a plain connection
    constexpr const char* well = R"re( ([1-4][0-9][0-9] [+]?[0-9]+ [^ ]+ [^ ]+ (--|LR)[-A-Z][-A-Z]|[+]?[0-9]+ --) [0-9]+/)re";
    return spec(id::proxyErrorLog, path, "sudo tail -n 3000 " + operand(path) + " | grep -vE -e ' ----? ' | tail -n 150",
        tailInto(3000, path) + "printf '%s\n' \"$out\" | grep -avE " + shellQuoted(well) + " | tail -n 150\nexit 0\n");
}

exec::CheckSpec appLog(const std::string& path)
{
    return spec(id::appLog, path, "sudo tail -n 150 " + operand(path),
        tailInto(150, path) + "printf '%s\\n' \"$out\"\n");
}

exec::CheckSpec processLog(int pid, const std::vector<std::string>& names)
{
    std::string words;
    for (const std::string& name : names)
        if (!name.empty() && name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-") == std::string::npos
            && !name.starts_with('.') && !name.starts_with('-'))
            words += (words.empty() ? "" : " ") + name;
    const std::string fds = "/proc/" + std::to_string(pid) + "/fd";
    std::string command = pid > 0 ? "sudo ls -l " + fds + "; sudo tail -n 150 \"$(sudo readlink " + fds + "/2)\"" : std::string();
    if (!words.empty())
        command += (command.empty() ? "" : "; ") + std::string("sudo tail -n 150 /var/log/") + words.substr(0, words.find(' ')) + "/*.log";
    exec::CheckSpec result = spec(id::processLog, pid > 0 ? std::to_string(pid) : "0 " + words, command,
        "pid=" + std::to_string(pid) + "\nnames=" + shellQuoted(words) + "\n" + shellText("process-log.sh"));
    return result;
}

exec::CheckSpec supervisedLog(const std::string& unit, const std::vector<std::string>& files)
{
    std::string shell;
    std::string command;
    for (const std::string& file : files) {
        shell += "printf '@@ %s\\n' " + shellQuoted(file) + "\npriv tail -n 100 -- " + shellQuoted(file) + "\n";
        command += (command.empty() ? "sudo tail -n 100 " : " ") + operand(file);
    }
    return spec(id::processLog, unit, command, shell + "exit 0\n");
}

exec::CheckSpec containerLog(const std::string& container, const std::string& engine)
{
    const std::string command = (engine == "podman" ? "podman" : "docker") + std::string(" logs -t --tail 300 ")
        + operand(container);
    // the newest lines are the last ones, so what is too much goes from the beginning
    return spec(id::containerLog, container, command, "priv " + command + " 2>&1 | tail -c 100000\n");
}

exec::CheckSpec containedErrorLog(const std::string& container, int pid, const std::string& path)
{
    const std::string file = shellQuoted("/proc/" + std::to_string(pid) + "/root" + path);
    // a link is /dev/stderr mostly, and would be followed on this side
    return spec(id::proxyErrorLog, container + ":" + path, "sudo tail -n 200 " + file,
        "priv test -L " + file + " && exit 0\npriv test -f " + file + " || exit 0\npriv tail -n 200 " + file + "\n");
}

namespace {
/// The choice as variables that kubectl.sh reads.
std::string choiceWords(const model::KubernetesChoice& choice)
{
    const bool isHome = choice.kubeconfig.starts_with("~/");
    return "context=" + shellQuoted(choice.context) + "\nkubeconfig="
        + (isHome ? "$HOME" + shellQuoted(choice.kubeconfig.substr(1)) : shellQuoted(choice.kubeconfig)) + "\n";
}

/// Names of a cluster's objects go into a path: letters, digits, '-' and '.' are all that they may hold.
bool isObjectName(const std::string& name)
{
    return !name.empty() && name.size() < 254 && name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-.") == std::string::npos;
}
}

exec::CheckSpec clusterObjects(const model::KubernetesChoice& choice)
{
    exec::CheckSpec check = spec(id::kubernetes, {},
        "kubectl get services,endpointslices,ingresses,pods,deployments,events -A"
            + (choice.context.empty() ? std::string() : " --context " + shellQuoted(choice.context)),
        choiceWords(choice) + shellText("kubectl.sh") + shellText("kubernetes.sh"));
    check.limit = base::Milliseconds(20000);
    check.byteLimit = 8 * 1024 * 1024;
    return check;
}

exec::CheckSpec clusterLog(const model::KubernetesChoice& choice, const ClusterLogPlace& place)
{
    std::string subject = place.space + "/" + place.pod + "/" + place.container;
    std::string command = "kubectl logs -n " + operand(place.space) + " " + operand(place.pod) + " -c " + operand(place.container)
        + " --timestamps --tail=" + std::to_string(place.lines);
    std::string query = "container=" + place.container + "&timestamps=true&tailLines=" + std::to_string(place.lines);
    if (place.isPrevious) {
        subject += "/previous";
        command += " --previous";
        query += "&previous=true";
    } else {
        command += " --since=30m";
        query += "&sinceSeconds=1800";
    }
    const bool isSafe = isObjectName(place.space) && isObjectName(place.pod) && isObjectName(place.container);
    const std::string path = "/api/v1/namespaces/" + place.space + "/pods/" + place.pod + "/log?" + query;
    exec::CheckSpec check = spec(id::clusterLog, subject, command,
        !isSafe ? "exit 1\n"
                : choiceWords(choice) + shellText("kubectl.sh") + "out=$(ask get --raw " + shellQuoted(path)
                + " 2>&1) || { printf '%s\\n' \"$out\" | tail -n 1 >&2; case $out in *orbidden*) denied \"$(printf '%s\\n' \"$out\" | tail -n 1); allow get of pods/log\" ;; esac; exit 1; }\nprintf '%s\\n' \"$out\"\n");
    check.limit = base::Milliseconds(7000);
    return check;
}

exec::CheckSpec cpuGroups()
{
    // a few periods of 100 ms later
    return spec(id::cpuGroups, "again", "grep -rs nr_throttled /sys/fs/cgroup --include=cpu.stat",
        "sleep 0.4 2>/dev/null || sleep 1\n" + shellText("cpu-groups.sh"));
}

exec::CheckSpec cpuSample()
{
    return spec(id::cpuSample, "", "head -n 1 /proc/stat; sleep 0.4; head -n 1 /proc/stat",
        "head -n 1 /proc/stat\nsleep 0.4 2>/dev/null || sleep 1\nhead -n 1 /proc/stat\n");
}

exec::CheckSpec appChanges(const std::string& folder)
{
    return spec(id::appChanges, folder, "ls -lt " + operand(folder),
        "find " + operand(folder)
            + " -xdev -maxdepth 3 \\( -name node_modules -o -name .git -o -name vendor -o -name log -o -name logs -o -name tmp "
              "-o -name cache -o -name '*.log' -o -name '*.pid' -o -name '*.sock' \\) -prune -o -type f -mtime -14 -print "
              "2>/dev/null | head -n 500 | tr '\\n' '\\000' | xargs -0 -r stat -c '%Y %n' 2>/dev/null | sort -rn | head -n 5\nexit 0\n");
}

}
