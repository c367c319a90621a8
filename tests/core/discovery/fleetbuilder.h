#pragma once

#include "core/discovery/discover.h"

#include <string>
#include <utility>
#include <vector>

namespace hopscope::discovery::test {

/// Facts of a few hosts, written by hand.
class FleetBuilder {
public:
    explicit FleetBuilder(std::string url)
    {
        profile.name = "test";
        profile.url = std::move(url);
    }

    FleetBuilder& host(const std::string& name, std::vector<std::string> addresses)
    {
        model::ProfileHost each;
        each.name = base::HostId(name);
        profile.hosts.push_back(each);
        m_host = &facts.hosts[each.name];
        m_host->host = each.name;
        m_host->hostname = name;
        m_host->addresses = std::move(addresses);
        m_host->addresses.push_back("127.0.0.1");
        return *this;
    }

    model::HostFacts& current() { return *m_host; }

    FleetBuilder& nginx(const std::string& text)
    {
        model::SoftwareConfig config;
        config.software = "nginx";
        config.version = "1.22.1";
        config.mainFile = "/etc/nginx/nginx.conf";
        config.files = { { "/etc/nginx/nginx.conf", text, {}, {} } };
        m_host->configs.push_back(config);
        return *this;
    }

    FleetBuilder& proxy(const std::string& software, const std::string& path, const std::string& text)
    {
        model::SoftwareConfig config;
        config.software = software;
        config.mainFile = path;
        config.files = { { path, text, {}, {} } };
        m_host->configs.push_back(config);
        return *this;
    }

    FleetBuilder& process(int pid, const std::string& user, const std::string& commandLine, const std::string& unit, int parent = 1)
    {
        model::Process each;
        each.pid = pid;
        each.parent = parent;
        each.user = user;
        each.commandLine = commandLine;
        each.name = commandLine.substr(0, commandLine.find_first_of(" :"));
        each.name = each.name.substr(each.name.rfind('/') + 1).substr(0, 15);
        each.unit = unit;
        m_host->processes.push_back(each);
        return *this;
    }

    FleetBuilder& listener(const std::string& address, base::Port port, int pid)
    {
        model::Listener each;
        each.address = address;
        each.port = port;
        each.pid = pid;
        m_host->listeners.push_back(each);
        return *this;
    }

    FleetBuilder& socket(const std::string& path, int pid)
    {
        model::Listener each;
        each.kind = model::SocketKind::Unix;
        each.path = path;
        each.pid = pid;
        m_host->listeners.push_back(each);
        return *this;
    }

    FleetBuilder& unit(const std::string& name, const std::string& state, const std::string& execStart, int pid = 0)
    {
        model::Unit each;
        each.name = name;
        each.loadState = "loaded";
        each.activeState = state;
        each.subState = state == "active" ? "running" : state == "failed" ? "failed" : "dead";
        each.execStart = execStart;
        each.mainPid = pid;
        each.fragmentPath = "/etc/systemd/system/" + name;
        each.unitFileState = "enabled";
        m_host->units.push_back(each);
        return *this;
    }

    FleetBuilder& log(const std::string& place, const std::string& text)
    {
        model::LogLine line;
        line.place = place;
        line.text = text;
        m_host->logs.push_back(line);
        return *this;
    }

    FleetBuilder& environment(int pid, const std::string& key, const std::string& value)
    {
        model::Setting each;
        each.origin = model::Setting::Origin::Environment;
        each.pid = pid;
        each.key = key;
        each.value = value;
        m_host->settings.push_back(each);
        return *this;
    }

    /// Of the unit that was added last.
    FleetBuilder& inFolder(const std::string& folder)
    {
        m_host->units.back().workingDirectory = folder;
        return *this;
    }

    FleetBuilder& unitSetting(const std::string& unit, const std::string& key, const std::string& value)
    {
        model::Setting setting;
        setting.origin = model::Setting::Origin::Unit;
        setting.unit = unit;
        setting.file = "/etc/systemd/system/" + unit;
        setting.key = key;
        setting.value = value;
        current().settings.push_back(std::move(setting));
        return *this;
    }

    FleetBuilder& fileSetting(const std::string& file, int line, const std::string& key, const std::string& value)
    {
        model::Setting each;
        each.file = file;
        each.line = line;
        each.key = key;
        each.value = value;
        m_host->settings.push_back(each);
        return *this;
    }

    /// A running nginx that holds these ports.
    FleetBuilder& runningNginx(const std::vector<base::Port>& ports)
    {
        process(100, "root", "nginx: master process /usr/sbin/nginx", "nginx.service");
        process(101, "www-data", "nginx: worker process", "nginx.service", 100);
        unit("nginx.service", "active", "/usr/sbin/nginx -g 'daemon on; master_process on;'", 100);
        for (const base::Port port : ports)
            listener("0.0.0.0", port, 100);
        return *this;
    }

    Discovered run() const { return discover(profile, facts); }

    model::Profile profile;
    model::Facts facts;

private:
    model::HostFacts* m_host = nullptr;
};

}
