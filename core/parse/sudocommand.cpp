#include "core/parse/sudocommand.h"

#include "core/parse/lines.h"

#include <algorithm>
#include <array>

namespace hopscope::parse {
namespace {

template <std::size_t N> bool isOneOf(std::string_view word, const std::array<std::string_view, N>& words)
{
    return std::find(words.begin(), words.end(), word) != words.end();
}

constexpr std::array<std::string_view, 34> changers { "rm", "mv", "cp", "ln", "chmod", "chown", "chgrp", "setfacl",
    "kill", "killall", "pkill", "reboot", "shutdown", "poweroff", "halt", "mount", "umount", "swapoff", "vi", "vim",
    "nano", "sed", "tee", "sudoedit", "visudo", "dpkg", "certbot", "ip", "ifconfig", "sysctl", "usermod", "userdel",
    "setenforce", "a2ensite" };

constexpr std::array<std::string_view, 17> serviceVerbs { "start", "stop", "restart", "reload", "try-restart",
    "reload-or-restart", "kill", "enable", "disable", "mask", "unmask", "daemon-reload", "edit", "set-property",
    "isolate", "force-reload", "revert" };

constexpr std::array<std::string_view, 17> packageVerbs { "install", "upgrade", "full-upgrade", "dist-upgrade", "remove",
    "purge", "autoremove", "update", "downgrade", "reinstall", "erase", "add", "del", "refresh", "swap", "-S", "-Syu" };

constexpr std::array<std::string_view, 17> containerVerbs { "run", "start", "stop", "restart", "kill", "rm", "up",
    "down", "pause", "unpause", "update", "compose", "pull", "rmi", "network", "rename", "create" };

}

bool changesHost(std::string_view command)
{
    const auto words = wordsOf(command);
    if (words.empty())
        return false;
    const std::string_view program = words[0].substr(words[0].rfind('/') + 1);
    const auto anyWord = [&](const auto& verbs) {
        return std::any_of(words.begin() + 1, words.end(), [&](std::string_view word) { return isOneOf(word, verbs); });
    };
    const std::string_view first = words.size() > 1 ? words[1] : std::string_view();
    if (program == "systemctl" || program == "service" || program == "supervisorctl" || program == "rc-service")
        return anyWord(serviceVerbs);
    if (program == "apt" || program == "apt-get" || program == "dnf" || program == "yum" || program == "apk"
        || program == "pacman" || program == "snap" || program == "zypper")
        return anyWord(packageVerbs);
    if (program == "docker" || program == "podman" || program == "docker-compose")
        return anyWord(containerVerbs);
    if (program == "nft")
        return first != "list" && first != "-a" && first != "-j";
    if (program == "iptables" || program == "ip6tables")
        return !anyWord(std::array<std::string_view, 6> { "-L", "-S", "-nL", "-nvL", "-vnL", "--list" });
    if (program == "iptables-restore" || program == "ip6tables-restore" || program == "ufw-init")
        return true;
    if (program == "ufw" || program == "firewall-cmd")
        return !anyWord(std::array<std::string_view, 4> { "status", "--list-all", "--state", "show" });
    if (program == "nginx")
        return first == "-s";
    if (program == "ip")
        return anyWord(std::array<std::string_view, 8> { "add", "del", "delete", "set", "flush", "replace", "change", "up" });
    if (program == "sysctl")
        return anyWord(std::array<std::string_view, 3> { "-w", "-p", "--system" })
            || command.find('=') != std::string_view::npos;
    if (program == "sed")
        return first.starts_with("-i");
    return isOneOf(program, changers);
}

}
