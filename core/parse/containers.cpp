#include "core/parse/containers.h"

#include "core/parse/lines.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace hopscope::parse {
namespace {

using model::Container;

std::string text(const QJsonValue& value) { return value.toString().toStdString(); }

std::optional<base::TimePoint> timeOf(const QJsonValue& value)
{
    const auto time = base::fromIso8601(text(value));
    // "0001-01-01T00:00:00Z": never
    return time && time->time_since_epoch().count() > 0 ? time : std::nullopt;
}

void readNetworks(const QJsonObject& networks, Container& container)
{
    for (auto network = networks.begin(); network != networks.end(); ++network)
        container.networks[network.key().toStdString()] = text(network->toObject().value(u"IPAddress"));
}

/// {"3000/tcp": [{"HostIp": "0.0.0.0", "HostPort": "8080"}], "9000/tcp": null}
void readPorts(const QJsonObject& ports, Container& container)
{
    for (auto port = ports.begin(); port != ports.end(); ++port) {
        const std::string key = port.key().toStdString();
        const auto inside = numberOf<base::Port>(std::string_view(key).substr(0, key.find('/')));
        if (!inside)
            continue;
        for (const QJsonValue& binding : port->toArray()) {
            const auto outside = numberOf<base::Port>(text(binding.toObject().value(u"HostPort")));
            if (outside)
                container.ports.push_back({ text(binding.toObject().value(u"HostIp")), *outside, *inside });
        }
    }
}

}

std::vector<Container> parseContainers(std::string_view output)
{
    std::vector<Container> containers;
    for (const Section& section : sectionsOf(output)) {
        for (const Line& line : section.lines) {
            const QJsonDocument document = QJsonDocument::fromJson(
                QByteArray(line.text.data(), static_cast<qsizetype>(line.text.size())));
            if (!document.isObject())
                continue;
            const QJsonObject object = document.object();
            const QJsonObject state = object.value(u"State").toObject();
            Container container;
            container.id = text(object.value(u"Id"));
            container.name = text(object.value(u"Name"));
            if (container.name.starts_with('/'))
                container.name.erase(0, 1);
            container.image = text(object.value(u"Image"));
            container.engine = textOf(section.title);
            container.state = text(state.value(u"Status"));
            container.health = text(state.value(u"Health").toObject().value(u"Status"));
            if (container.state != "running" && container.state != "created")
                container.exitCode = state.value(u"ExitCode").toInt();
            container.isOomKilled = state.value(u"OOMKilled").toBool();
            container.restarts = object.value(u"RestartCount").toInt();
            if (const int pid = state.value(u"Pid").toInt(); pid > 0)
                container.pid = pid;
            container.startedAt = timeOf(state.value(u"StartedAt"));
            container.finishedAt = timeOf(state.value(u"FinishedAt"));
            readNetworks(object.value(u"Networks").toObject(), container);
            readPorts(object.value(u"Ports").toObject(), container);
            const QJsonObject labels = object.value(u"Labels").toObject();
            for (auto label = labels.begin(); label != labels.end(); ++label)
                container.labels[label.key().toStdString()] = text(*label);
            container.source.line = line.number;
            containers.push_back(std::move(container));
        }
    }
    return containers;
}

}
