#include "core/discovery/compose/listening.h"

#include "core/base/text.h"
#include "core/parse/addresses.h"
#include "core/parse/lines.h"

#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <set>

namespace hopscope::discovery::compose {

namespace {
/// "gunicorn -b 0.0.0.0:8000", "uvicorn main:app --port 8000", "manage.py runserver 0:8000", "java -Dserver.port=8080"
base::Port portInCommand(std::string_view command)
{
    static const re2::RE2 bound(R"((?:^|\s)(?:--bind|-b|--listen|--addr|--address|--http|-S|-l|runserver)[=\s]+(?:(?:https?|tcp)://)?[A-Za-z0-9_.*\[\]-]*:(\d{2,5})(?:$|[\s"',]))");
    static const re2::RE2 plain(R"((?:^|\s)(?:--port|-p|--http-port|--server\.port|-Dserver\.port|-Dquarkus\.http\.port|runserver)[=\s]+(\d{2,5})(?:$|[\s"',]))");
    const re2::StringPiece words(command.data(), command.size());
    std::string port;
    if (re2::RE2::PartialMatch(words, bound, &port) || re2::RE2::PartialMatch(words, plain, &port))
        return parse::numberOf<base::Port>(port).value_or(0);
    return 0;
}

bool isNameOf(const parse::ComposeService& service, std::string_view host) { return host == service.name || (!host.empty() && host == service.containerName); }
}

base::Port toldPort(const parse::ComposeService& service)
{
    base::Port told = 0;
    for (const parse::ComposeService::Variable& each : service.environment) {
        const std::string name = base::lowered(each.name);
        // A broker's address for others is its own; of several the one under its name is for the network.
        if (name.find("advertised") != std::string::npos)
            for (const parse::NamedAddress& address : parse::addressesIn(each.value))
                if (isNameOf(service, address.host) && address.port != 0)
                    return address.port;
        constexpr auto own = std::to_array<std::string_view>(
            { "port", "server_port", "app_port", "http_port", "listen_port", "uvicorn_port", "nitro_port", "zookeeper_client_port", "aspnetcore_http_ports" });
        if (told == 0 && std::find(own.begin(), own.end(), name) != own.end())
            told = parse::numberOf<base::Port>(each.value).value_or(0);
        if (told == 0 && name == "gunicorn_cmd_args")
            told = portInCommand(each.value);
        if (told == 0 && (name == "aspnetcore_urls" || name == "listen_addr" || name == "listen_address")) // "http://+:8080", ":8080"
            if (const std::size_t colon = each.value.rfind(':'); colon != std::string::npos)
                told = parse::numberOf<base::Port>(std::string_view(each.value).substr(colon + 1)).value_or(0);
    }
    if (const base::Port port = portInCommand(service.command); port != 0)
        return port;
    return told;
}

base::Port portOfDockerfile(std::string_view dockerfile)
{
    std::set<base::Port> exposed;
    std::string command;
    base::Port variable = 0;
    std::string instruction;
    for (const parse::Line& line : parse::linesOf(dockerfile)) {
        std::string_view text = parse::trimmed(line.text);
        if (text.starts_with('#'))
            continue;
        const bool goesOn = text.ends_with('\\');
        instruction += std::string(goesOn ? text.substr(0, text.size() - 1) : text) + " ";
        if (goesOn && instruction.size() < 8192)
            continue;
        std::string_view rest = instruction;
        const std::string word = base::lowered(parse::takeWord(rest));
        if (word == "from") {
            exposed.clear();
            command.clear();
        } else if (word == "expose") {
            for (const std::string_view each : parse::wordsOf(rest))
                if (const auto port = parse::numberOf<base::Port>(each.substr(0, each.find('/'))); port && each.find("/udp") == std::string_view::npos)
                    exposed.insert(*port);
        } else if (word == "cmd" || word == "entrypoint") {
            command += " " + std::string(rest);
            std::replace_if(command.begin(), command.end(), [](char c) { return c == '"' || c == ',' || c == '[' || c == ']'; }, ' ');
        } else if (word == "env") {
            static const re2::RE2 port(R"re((?:^|\s)PORT[=\s]"?(\d{2,5})"?(?:\s|$))re");
            std::string digits;
            if (re2::RE2::PartialMatch(re2::StringPiece(rest.data(), rest.size()), port, &digits))
                variable = parse::numberOf<base::Port>(digits).value_or(0);
        }
        instruction.clear();
    }
    if (exposed.size() == 1)
        return *exposed.begin();
    const base::Port told = portInCommand(command);
    return told != 0 ? told : exposed.empty() ? variable : base::Port(0);
}

}
