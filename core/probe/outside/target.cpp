#include "core/probe/outside/target.h"

#include "core/base/address.h"

#include <QtCore/QUrl>

#include <charconv>

namespace hopscope::probe {

bool Target::hasAddressAsHost() const { return base::isAddress(host); }

std::string Target::hostHeader() const
{
    const std::string name = base::isIpv6Address(host) ? "[" + host + "]" : host;
    return port == (isTls ? 443 : 80) ? name : name + ":" + std::to_string(port);
}

std::optional<Target> targetOf(const std::string& url)
{
    const QUrl parsed(QString::fromStdString(url), QUrl::StrictMode);
    const QString scheme = parsed.scheme();
    if (!parsed.isValid() || parsed.host().isEmpty()
        || (scheme != QLatin1String("http") && scheme != QLatin1String("https")))
        return std::nullopt;
    Target target;
    target.isTls = scheme == QLatin1String("https");
    target.host = parsed.host(QUrl::FullyEncoded).toStdString();
    if (target.host.size() > 2 && target.host.front() == '[')
        target.host = target.host.substr(1, target.host.size() - 2);
    const int port = parsed.port(target.isTls ? 443 : 80);
    if (port < 1 || port > 65535)
        return std::nullopt;
    target.port = base::Port(port);
    target.pathAndQuery = parsed.path(QUrl::FullyEncoded).toStdString();
    if (target.pathAndQuery.empty())
        target.pathAndQuery = "/";
    if (parsed.hasQuery())
        target.pathAndQuery += "?" + parsed.query(QUrl::FullyEncoded).toStdString();
    return target;
}

std::optional<NamedPort> namedPortOf(std::string_view text)
{
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos || colon == 0)
        return std::nullopt;
    std::string_view host = text.substr(0, colon);
    if (host.size() > 2 && host.front() == '[' && host.back() == ']')
        host = host.substr(1, host.size() - 2);
    const std::string_view digits = text.substr(colon + 1);
    unsigned port = 0;
    const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    if (problem != std::errc() || end != digits.data() + digits.size() || port == 0 || port > 65535)
        return std::nullopt;
    return NamedPort { std::string(host), base::Port(port) };
}

}
