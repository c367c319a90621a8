#include "core/parse/containers.h"

#include "core/parse/lines.h"
#include "core/parse/procnet.h"
#include "core/parse/secrets.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>
#include <array>

namespace hopscope::parse {
namespace {

using model::Container;

std::string text(const QJsonValue& value) { return value.toString().toStdString(); }

QJsonObject objectOf(const Line& line)
{
    return QJsonDocument::fromJson(QByteArray(line.text.data(), static_cast<qsizetype>(line.text.size()))).object();
}

std::optional<base::TimePoint> timeOf(const QJsonValue& value)
{
    const auto time = base::fromIso8601(text(value));
    // "0001-01-01T00:00:00Z": never
    return time && time->time_since_epoch().count() > 0 ? time : std::nullopt;
}

void readNetworks(const QJsonObject& networks, Container& container)
{
    for (auto network = networks.begin(); network != networks.end(); ++network) {
        const std::string name = network.key().toStdString();
        const QJsonObject settings = network->toObject();
        std::string address = text(settings.value(u"IPAddress"));
        if (address.empty())
            address = text(settings.value(u"GlobalIPv6Address"));
        container.networks[name] = address;
        std::vector<std::string>& aliases = container.aliases[name];
        for (const char16_t* key : { u"Aliases", u"DNSNames" })
            for (const QJsonValue& alias : settings.value(QStringView(key)).toArray())
                if (const std::string each = text(alias);
                    !each.empty() && std::find(aliases.begin(), aliases.end(), each) == aliases.end())
                    aliases.push_back(each);
    }
}

/// "3000/tcp": the port, where it is TCP's.
std::optional<base::Port> tcpPort(const std::string& key)
{
    const std::size_t slash = key.find('/');
    if (slash != std::string::npos && key.substr(slash) != "/tcp")
        return std::nullopt;
    return numberOf<base::Port>(std::string_view(key).substr(0, slash));
}

/// {"3000/tcp": [{"HostIp": "0.0.0.0", "HostPort": "8080"}], "9000/tcp": null}
void readPorts(const QJsonObject& ports, Container& container)
{
    for (auto port = ports.begin(); port != ports.end(); ++port) {
        const auto inside = tcpPort(port.key().toStdString());
        if (!inside)
            continue;
        if (std::find(container.exposed.begin(), container.exposed.end(), *inside) == container.exposed.end())
            container.exposed.push_back(*inside);
        for (const QJsonValue& binding : port->toArray()) {
            const auto outside = numberOf<base::Port>(text(binding.toObject().value(u"HostPort")));
            Container::PublishedPort published { text(binding.toObject().value(u"HostIp")), outside.value_or(0), *inside };
            if (outside && *outside != 0
                && std::find(container.ports.begin(), container.ports.end(), published) == container.ports.end())
                container.ports.push_back(std::move(published));
        }
    }
}

/// Where it is what labels are for: who composed it, who routes to it, which release it is.
bool isTellingLabel(const std::string& name)
{
    constexpr auto beginnings = std::to_array<std::string_view>({ "com.docker.compose.", "io.podman.compose.",
        "com.docker.swarm.", "com.docker.stack.", "traefik.", "caddy", "org.opencontainers.image.", "io.kubernetes.",
        "virtual." });
    return std::any_of(
        beginnings.begin(), beginnings.end(), [&](std::string_view each) { return name.starts_with(each); });
}

void readHealth(const QJsonObject& health, Container& container)
{
    container.health = text(health.value(u"Status"));
    if (container.health == "none")
        container.health.clear();
    container.failingStreak = health.value(u"FailingStreak").toInt();
    for (const QJsonValue& each : health.value(u"Log").toArray())
        if (each.toObject().value(u"ExitCode").toInt() != 0)
            container.healthLog = each.toObject().value(u"Output").toString().trimmed().toStdString();
}

void readState(const QJsonObject& state, Container& container)
{
    container.state = text(state.value(u"Status"));
    if (container.state == "stopped" || container.state == "configured") // podman's words
        container.state = container.state == "stopped" ? "exited" : "created";
    if (container.state != "running" && container.state != "created" && container.state != "paused")
        container.exitCode = state.value(u"ExitCode").toInt();
    container.error = text(state.value(u"Error"));
    container.isOomKilled = state.value(u"OOMKilled").toBool();
    container.startedAt = timeOf(state.value(u"StartedAt"));
    container.finishedAt = timeOf(state.value(u"FinishedAt"));
    readHealth(state.value(u"Health").toObject(), container);
}

std::string commandOf(const QJsonObject& object)
{
    std::string command = text(object.value(u"Path"));
    for (const QJsonValue& argument : object.value(u"Args").toArray())
        command += (command.empty() ? "" : " ") + text(argument);
    return withSecretsMasked(command.substr(0, 1200));
}

void readConfiguration(const QJsonObject& object, Container& container)
{
    container.command = commandOf(object);
    container.user = text(object.value(u"User"));
    container.workingDirectory = text(object.value(u"WorkingDir"));
    container.networkMode = text(object.value(u"NetworkMode"));
    container.restartPolicy = text(object.value(u"RestartPolicy"));
    container.logDriver = text(object.value(u"LogDriver"));
    if (const double bytes = object.value(u"Memory").toDouble(); bytes > 0)
        container.memoryMaxBytes = static_cast<std::uint64_t>(bytes);
    for (const QJsonValue& mount : object.value(u"Mounts").toArray())
        container.mounts.push_back({ text(mount.toObject().value(u"Source")), text(mount.toObject().value(u"Destination")),
            !mount.toObject().value(u"RW").toBool(true) });
    for (const QJsonValue& name : object.value(u"Env").toArray())
        container.environment.push_back(text(name));
    for (const QJsonValue& entry : object.value(u"ExtraHosts").toArray())
        container.extraHosts.push_back(text(entry));
    const QJsonObject labels = object.value(u"Labels").toObject();
    for (auto label = labels.begin(); label != labels.end(); ++label)
        if (const std::string name = label.key().toStdString(); isTellingLabel(name))
            container.labels[name] = text(*label).substr(0, 500);
}

std::optional<Container> containerOf(const QJsonObject& object)
{
    Container container;
    container.id = text(object.value(u"Id"));
    container.name = text(object.value(u"Name"));
    if (container.name.starts_with('/'))
        container.name.erase(0, 1);
    if (container.id.empty() && container.name.empty())
        return std::nullopt;
    container.image = text(object.value(u"Image"));
    container.restarts = object.value(u"RestartCount").toInt();
    const QJsonObject state = object.value(u"State").toObject();
    if (const int pid = object.value(u"Pid").toInt(state.value(u"Pid").toInt()); pid > 0)
        container.pid = pid;
    container.createdAt = timeOf(object.value(u"Created"));
    readState(state, container);
    readConfiguration(object, container);
    readNetworks(object.value(u"Networks").toObject(), container);
    readPorts(object.value(u"Ports").toObject(), container);
    // Of one that does not run only its configuration tells which ports it would publish.
    if (container.ports.empty())
        readPorts(object.value(u"PortBindings").toObject(), container);
    readPorts(object.value(u"ExposedPorts").toObject(), container);
    return container;
}

/// Docker: [{"Subnet": "172.18.0.0/16", "Gateway": "172.18.0.1"}]; podman writes its keys small.
model::ContainerNetwork networkOf(const QJsonObject& object, std::string_view engine)
{
    model::ContainerNetwork network;
    network.name = text(object.value(u"Name"));
    network.engine = textOf(engine);
    network.driver = text(object.value(u"Driver"));
    network.isInternal = object.value(u"Internal").toBool();
    for (const QJsonValue& each : object.value(u"Subnets").toArray()) {
        const QJsonObject subnet = each.toObject();
        for (const char16_t* key : { u"Subnet", u"subnet" })
            if (subnet.contains(QStringView(key)))
                network.subnets.push_back(text(subnet.value(QStringView(key))));
        for (const char16_t* key : { u"Gateway", u"gateway" })
            if (subnet.contains(QStringView(key)))
                network.gateways.push_back(text(subnet.value(QStringView(key))));
    }
    return network;
}

class ContainerReader {
public:
    void read(const Section& section)
    {
        std::string_view title = section.title;
        const std::string_view first = takeWord(title);
        const std::string_view kind = trimmed(title);
        if (first == "sockets") {
            readSockets(section, kind);
            return;
        }
        for (const Line& line : section.lines) {
            const QJsonObject object = objectOf(line);
            if (object.isEmpty())
                continue;
            if (kind == "images")
                m_imageTimes[text(object.value(u"Id"))] = timeOf(object.value(u"Created"));
            else if (kind == "networks")
                add(networkOf(object, first), line);
            else if (kind.empty())
                add(object, first, line);
        }
    }

    ContainerFacts take()
    {
        for (std::size_t i = 0; i < m_facts.containers.size(); ++i)
            if (const auto image = m_imageTimes.find(m_imageIds[i]); image != m_imageTimes.end())
                m_facts.containers[i].imageCreatedAt = image->second;
        return std::move(m_facts);
    }

private:
    void add(const QJsonObject& object, std::string_view engine, const Line& line)
    {
        auto container = containerOf(object);
        if (!container)
            return;
        container->engine = textOf(engine);
        container->source.line = line.number;
        m_facts.containers.push_back(std::move(*container));
        m_imageIds.push_back(text(object.value(u"ImageId")));
    }

    void add(model::ContainerNetwork network, const Line& line)
    {
        network.source.line = line.number;
        m_facts.networks.push_back(std::move(network));
    }

    /// "ID /proc/net/tcp"
    void readSockets(const Section& section, std::string_view rest)
    {
        const std::string_view id = takeWord(rest);
        const auto owner = std::find_if(m_facts.containers.begin(), m_facts.containers.end(),
            [&](const Container& each) { return each.id == id; });
        if (owner == m_facts.containers.end())
            return;
        const std::vector<Section> asKernels { { trimmed(rest), section.lines } };
        for (model::Listener& listener : procListeners(asKernels)) {
            // the engine's own name server stands inside as well
            if (listener.address == "127.0.0.11")
                continue;
            listener.container = owner->name;
            m_facts.listeners.push_back(std::move(listener));
        }
        for (model::Connection& connection : procConnections(asKernels)) {
            connection.container = owner->name;
            m_facts.connections.push_back(std::move(connection));
        }
    }

    ContainerFacts m_facts;
    std::vector<std::string> m_imageIds;
    std::map<std::string, std::optional<base::TimePoint>> m_imageTimes;
};

}

ContainerFacts parseContainers(std::string_view output)
{
    ContainerReader reader;
    for (const Section& section : sectionsOf(output))
        reader.read(section);
    return reader.take();
}

}
