#include "core/probe/hopprobe.h"

#include "core/base/quote.h"
#include "core/model/checkids.h"
#include "core/model/protocolfamily.h"
#include "core/probe/shelltext.h"

#include <algorithm>

namespace hopscope::probe {
namespace {

using base::shellQuoted;
using model::Protocol;

/// The word that the engines know it by; "tcp" is a connect and nothing more, for what can't be asked without effect.
const char* engineProtocol(Protocol protocol)
{
    switch (protocol) {
    case Protocol::Http: return "http";
    case Protocol::Https: return "https";
    case Protocol::Http2: return "http2";
    case Protocol::FastCgi: return "fastcgi";
    case Protocol::Grpc: return "grpc";
    case Protocol::Grpcs: return "grpcs";
    case Protocol::Tls: return "tls";
    case Protocol::Postgresql: return "postgresql";
    case Protocol::Mysql: return "mysql";
    case Protocol::Redis: return "redis";
    case Protocol::Memcached: return "memcached";
    case Protocol::Mongodb: return "mongodb";
    case Protocol::Amqp: return "amqp";
    case Protocol::Kafka: return "kafka";
    case Protocol::Uwsgi: return "uwsgi";
    case Protocol::Ajp: return "ajp";
    case Protocol::Scgi:
    case Protocol::Tcp:
    case Protocol::Udp: return "tcp";
    }
    return "tcp";
}

/// What is spoken in the end: greetings of databases and caches cost nothing, so they stay.
Protocol spokenBy(const HopAttempt& attempt)
{
    const Protocol protocol = attempt.hop->protocol;
    if (!attempt.isConnectOnly || model::familyOf(protocol) == model::ProtocolFamily::Data || protocol == Protocol::Ajp)
        return protocol;
    const bool isSecure = protocol == Protocol::Https || protocol == Protocol::Grpcs || protocol == Protocol::Tls;
    return isSecure ? Protocol::Tls : Protocol::Tcp;
}

bool isHttp(Protocol protocol) { return protocol == Protocol::Http || protocol == Protocol::Https; }

std::string bracketed(const std::string& host)
{
    return host.find(':') == std::string::npos ? host : "[" + host + "]";
}

/// An absolute path, so that it can't change where the request goes.
std::string pathOf(const model::Declared& declared)
{
    return declared.requestPath.starts_with('/') ? declared.requestPath : "/";
}

std::string curlCommand(const HopAttempt& attempt)
{
    const model::Declared& declared = attempt.hop->declared;
    const bool isTls = attempt.hop->protocol == Protocol::Https;
    std::string command = "curl -sv --max-time " + std::to_string(attempt.limitSeconds);
    const std::string scheme = isTls ? "https://" : "http://";
    std::string host = bracketed(attempt.target.host) + ":" + std::to_string(attempt.target.port);
    if (attempt.target.isUnix()) {
        command += " --unix-socket " + shellQuoted(attempt.target.path);
        host = "localhost";
    } else if (isTls && !declared.serverName.empty()) {
        command += " --connect-to " + shellQuoted("::" + host);
        host = declared.serverName + ":" + std::to_string(attempt.target.port);
    }
    if (isTls && !declared.verifiesCertificate)
        command += " -k";
    else if (isTls && !declared.trustedCertificates.empty())
        command += " --cacert " + shellQuoted(declared.trustedCertificates);
    return command + " -H " + shellQuoted("Host: " + attempt.requestHost) + " "
        + shellQuoted(scheme + host + pathOf(declared));
}

/// What a person would type to see the same.
std::string commandFor(const HopAttempt& attempt)
{
    const model::Endpoint& target = attempt.target;
    const Protocol protocol = spokenBy(attempt);
    const std::string port = std::to_string(target.port);
    std::string command;
    if (isHttp(protocol))
        command = curlCommand(attempt);
    else if (target.isUnix())
        command = "nc -zvU " + shellQuoted(target.path);
    else if (protocol == Protocol::Redis)
        command = "redis-cli -h " + shellQuoted(target.host) + " -p " + port + " ping";
    else if (protocol == Protocol::Postgresql)
        command = "pg_isready -h " + shellQuoted(target.host) + " -p " + port;
    else if (protocol == Protocol::Mysql)
        command = "mysqladmin -h " + shellQuoted(target.host) + " -P " + port + " ping";
    else if (protocol == Protocol::Tls || protocol == Protocol::Grpcs)
        command = "openssl s_client -connect " + shellQuoted(bracketed(target.host) + ":" + port) + " </dev/null";
    else
        command = "nc -zv -w 3 " + shellQuoted(target.host) + " " + port;
    if (attempt.containerPid)
        return "sudo nsenter -t " + std::to_string(*attempt.containerPid) + " -n " + command;
    return attempt.user.empty() ? command : "sudo -u " + shellQuoted(attempt.user) + " " + command;
}

bool hasTool(const model::HostFacts& host, const char* tool)
{
    return host.tools.empty() || std::find(host.tools.begin(), host.tools.end(), tool) != host.tools.end();
}

std::string joined(const std::vector<std::string>& words)
{
    std::string text;
    for (const std::string& each : words)
        text += (text.empty() ? "" : " ") + each;
    return text;
}

std::string assignment(const char* name, const std::string& value)
{
    return std::string(name) + "=" + shellQuoted(value) + "\n";
}

/// How a command enters the seat.
std::string runFunction(const HopAttempt& attempt)
{
    if (attempt.containerPid)
        return assignment("container", attempt.container)
            + assignment("engine", attempt.containerEngine == "podman" ? "podman" : "docker")
            + assignment("pid", std::to_string(*attempt.containerPid)) + shellText("container-seat.sh");
    if (attempt.user.empty())
        return "inside=\nrun() { \"$@\"; }\nnames() { \"$@\"; }\n";
    return "inside=\nnames() { \"$@\"; }\nrun() { case $HOPSCOPE_PRIV in root|sudo) as " + shellQuoted(attempt.user)
        + " \"$@\" ;; *) \"$@\" ;; esac; }\n";
}

}

exec::CheckSpec hopProbe(const HopAttempt& attempt)
{
    const model::Hop& hop = *attempt.hop;
    const Protocol protocol = spokenBy(attempt);
    const bool isCurlEnough = isHttp(protocol) && !attempt.target.isUnix() && !attempt.host->tools.empty()
        && hasTool(*attempt.host, "curl") && !attempt.containerPid;
    // Only what the host can run is sent: the engines are most of the script.
    const bool hasPython = hasTool(*attempt.host, "python3");
    const std::string python = isCurlEnough || !hasPython ? std::string() : shellText("engine.py");
    const bool needsPerl = !isCurlEnough && (!hasPython || attempt.host->tools.empty()) && hasTool(*attempt.host, "perl");

    // What the caller's own seat could not do is asked once more, otherwise; other seats only confirm.
    const bool looksTwice = std::string_view(attempt.check) == model::checkid::hopCaller && !attempt.target.isUnix();

    exec::CheckSpec spec;
    spec.check = base::CheckId(attempt.check);
    spec.subject = hop.id.value();
    spec.container = attempt.container;
    spec.command = commandFor(attempt);
    spec.shell = assignment("target", attempt.target.text())
        + assignment("name", attempt.target.isUnix() ? std::string() : attempt.target.host)
        + assignment("port", std::to_string(attempt.target.port)) + assignment("unix", attempt.target.path)
        + assignment("proto", engineProtocol(protocol)) + assignment("host", attempt.requestHost)
        + assignment("path", pathOf(hop.declared)) + assignment("sni", hop.declared.serverName)
        + assignment("verify", hop.declared.verifiesCertificate ? "yes" : "no")
        + assignment("verify_name", hop.declared.verifiedName) + assignment("cafile", hop.declared.trustedCertificates)
        + assignment("tls_versions", joined(hop.declared.tlsVersions)) + assignment("cert", hop.declared.clientCertificate)
        + assignment("certkey", hop.declared.clientKey)
        + assignment("tries", attempt.isRefusalOdd ? "4" : "1")
        + assignment("limit", std::to_string(attempt.limitSeconds)) + assignment("user", attempt.user)
        + assignment("proxy_protocol", hop.declared.sendsProxyProtocol ? "yes" : "no") + assignment("py", python)
        + assignment("look_twice", !looksTwice ? "" : attempt.isCalleeProxy ? "proxy" : "yes")
        + assignment("pl", needsPerl ? shellText("engine.pl") : std::string()) + runFunction(attempt)
        + (looksTwice ? shellText("second-look.sh") : std::string()) + shellText("hop-probe.sh");
    // resolving may take 10 s more, further addresses of the name 3 s each
    const bool isName = !attempt.target.isUnix() && attempt.target.host.find_first_not_of("0123456789.") != std::string::npos
        && attempt.target.host.find(':') == std::string::npos;
    spec.limit = base::Milliseconds(1000 * (attempt.limitSeconds + (isName ? 19 : 2) + (attempt.isRefusalOdd ? 2 : 0) + (looksTwice ? 8 : 0) + 4));
    spec.byteLimit = 32 * 1024;
    return spec;
}

}
