#include "differential.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

namespace hopscope::test {

namespace {
void replaceAll(std::string& text, const std::string& what, const std::string& with)
{
    for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size()))
        text.replace(at, what.size(), with);
}

/// Without scheme and authority: a proxy's own redirects are absolute.
std::string pathOf(const std::string& location)
{
    const std::size_t scheme = location.find("://");
    if (scheme == std::string::npos)
        return location;
    const std::size_t path = location.find('/', scheme + 3);
    return path == std::string::npos ? std::string() : location.substr(path);
}
}

void PrintTo(const ProxyCase& each, std::ostream* stream) { *stream << each.name; }

RealProxy::RealProxy(const ProxyCase& each, const std::string& before, std::vector<std::string> command)
    : m_first(freePort())
    , m_second(freePort())
{
    std::filesystem::permissions(m_folder.path(), std::filesystem::perms(0755));
    for (const ProxyCase::File& file : each.files) {
        const std::filesystem::path path = m_folder.file(file.path);
        std::filesystem::create_directories(path.parent_path());
        std::ofstream(path) << filled(file.text);
    }
    const std::string path = m_folder.file("proxy.conf");
    const std::string text = filled(before + each.configuration);
    std::ofstream(path) << text;
    m_config.mainFile = path;
    m_config.files.push_back({ path, text, {}, {} });
    for (const ProxyCase::File& file : each.files)
        m_config.files.push_back({ m_folder.file(file.path), filled(file.text), {}, {} });
    for (std::string& word : command)
        replaceAll(word, "%C", path);
    m_process = std::make_unique<ChildProcess>(command, m_folder.file("log"));
    waitForPort(m_first);
}

std::string RealProxy::filled(std::string text) const
{
    replaceAll(text, "%P1", std::to_string(m_first));
    replaceAll(text, "%P2", std::to_string(m_second));
    replaceAll(text, "%B", std::to_string(m_backend.port()));
    replaceAll(text, "%D", m_folder.path());
    return text;
}

void RealProxy::useSoftware(const std::string& software)
{
    m_config.software = software;
    m_ours = discovery::makeProxy(m_config);
    m_warnings = m_ours->warnings();
}

void RealProxy::use(model::SoftwareConfig config)
{
    m_config = std::move(config);
    useSoftware(m_config.software);
}

RealReply RealProxy::get(const ProxyCase::Try& request) const
{
    const Socket connection = connectTo(request.address, port(request.port));
    connection.send("GET " + request.target + " HTTP/1.1\r\nHost: " + request.host + "\r\nConnection: close\r\n\r\n");
    const std::string bytes = connection.receiveAll();
    RealReply reply;
    if (bytes.size() > 12)
        reply.status = std::atoi(bytes.c_str() + 9);
    const std::size_t end = bytes.find("\r\n\r\n");
    std::string lower = bytes.substr(0, end);
    std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    if (const std::size_t at = lower.find("\r\nlocation: "); at != std::string::npos)
        reply.location = bytes.substr(at + 12, bytes.find('\r', at + 2) - at - 12);
    if (end != std::string::npos)
        reply.body = bytes.substr(end + 4);
    if (lower.find("transfer-encoding: chunked") != std::string::npos) {
        // one chunk holds all that the backend says
        const std::size_t size = std::strtoul(reply.body.c_str(), nullptr, 16);
        reply.body = reply.body.substr(std::min(reply.body.find("\r\n") + 2, reply.body.size()), size);
    }
    return reply;
}

discovery::ProxyRoute RealProxy::ours(const ProxyCase::Try& request) const
{
    discovery::Request wanted;
    wanted.setHost(request.host);
    wanted.setTarget(request.target);
    wanted.address = request.address;
    wanted.port = port(request.port);
    // What the file checks of the hop wave would tell.
    model::HostFacts host;
    for (const char* index : { "", "index.php", "index.html" }) {
        model::FileStatus file;
        file.path = m_folder.file("root") + request.target.substr(0, request.target.find('?')) + index;
        file.exists = std::filesystem::exists(file.path);
        host.files.push_back(file);
    }
    return m_ours->route(wanted, &host);
}

std::string answerOf(const RealReply& reply)
{
    if (reply.body.starts_with("127.")) {
        // Apache's handlers put their url in front of the file; PHP-FPM takes it off again.
        std::string body = reply.body;
        if (const std::size_t at = body.find("proxy:fcgi://"); at != std::string::npos)
            body.erase(at, body.find('/', at + 13) - at);
        if (const std::size_t at = body.find(" //"); at != std::string::npos)
            body.erase(at + 1, 1);
        return "passed to " + body;
    }
    if (reply.status >= 300 && reply.status < 400)
        return "redirects to " + pathOf(reply.location);
    return std::to_string(reply.status);
}

std::string predictionOf(const discovery::ProxyRoute& route)
{
    for (const discovery::ProxyTarget& target : route.targets) {
        if (!target.isOnPath || target.declared.isDown)
            continue;
        const model::Declared& declared = target.declared;
        const bool isFastCgi = target.protocol == model::Protocol::FastCgi;
        return "passed to " + declared.endpoint.host
            + (isFastCgi ? " fastcgi " + declared.scriptFile : " " + declared.requestPath) + " " + declared.requestHost;
    }
    if (route.note.starts_with("redirects to "))
        return "redirects to " + pathOf(route.note.substr(13));
    if (route.note.starts_with("answers with files"))
        return "200";
    if (route.note.starts_with("answers "))
        return route.note.substr(8, 3);
    return route.note;
}

}
