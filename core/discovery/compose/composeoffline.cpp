#include "core/discovery/compose/composeoffline.h"

#include "core/base/text.h"
#include "core/discovery/compose/listening.h"
#include "core/discovery/compose/mountedconfig.h"
#include "core/discovery/image.h"
#include "core/discovery/namedservice.h"
#include "core/discovery/offline.h"
#include "core/discovery/proxy.h"
#include "core/discovery/software.h"
#include "core/discovery/settingaddress.h"
#include "core/discovery/springfile.h"
#include "core/parse/composevariables.h"
#include "core/parse/lines.h"
#include "core/parse/settingsfile.h"

#include <re2/re2.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>

namespace hopscope::discovery::compose {

namespace {
using model::Endpoint;
using model::Hop;
using model::Node;
using model::NodeKind;
using model::Protocol;
using parse::ComposeService;

base::Port usualPortOf(std::string_view software)
{
    return software == "mariadb" ? 3306 : software == "php-fpm" ? 9000 : software == "opensearch" ? 9200 : usualPort(software);
}

bool isOwnHost(std::string_view host) { return host == "localhost" || host.starts_with("127.") || host == "::1"; }

class ProjectTopology {
public:
    ProjectTopology(const parse::ComposeProject& project, const std::vector<OfflineFile>& files, std::string prefix)
        : m_project(project)
        , m_files(files)
        , m_prefix(std::move(prefix))
    {
    }

    Discovered build()
    {
        m_result.warnings = m_project.warnings;
        for (const ComposeService& service : m_project.services)
            addPublished(service);
        for (const ComposeService& service : m_project.services) {
            addProxy(service);
            addLabels(service);
            addEnvironment(service);
            addCommand(service);
        }
        for (const ComposeService& service : m_project.services) {
            addDependencies(service);
            if (!m_named.contains(service.name))
                serviceNode(service, knownPort(service));
        }
        return std::move(m_result);
    }

private:
    /// By the names that the network gives, or the caller's own links.
    const ComposeService* named(const ComposeService& caller, std::string_view name) const
    {
        if (const auto link = caller.links.find(std::string(name)); link != caller.links.end())
            name = link->second;
        if (name.starts_with("tasks.")) // of a swarm
            name.remove_prefix(6);
        for (const ComposeService& each : m_project.services) {
            if (each.name == name || each.containerName == name)
                return &each;
            for (const auto& [network, aliases] : each.networks)
                if (std::find(aliases.begin(), aliases.end(), name) != aliases.end())
                    return &each;
        }
        return nullptr;
    }

    const MountedConfig& mountedOf(const ComposeService& service)
    {
        const auto known = m_mounted.find(service.name);
        return known != m_mounted.end() ? known->second : m_mounted.emplace(service.name, mountedConfig(service, m_project.folder, m_files)).first->second;
    }

    Software softwareOfService(const ComposeService& service)
    {
        Software software = softwareOfImage(service.image);
        if (software.id == "unknown") {
            if (const std::string& mounted = mountedOf(service).config.software; mounted != "unknown") {
                const Software known = softwareOfImage(mounted);
                software = known.id == mounted ? known : Software { mounted, NodeKind::Proxy };
            }
        }
        if (software.id == "unknown" && !service.command.empty()) {
            model::Process shape;
            shape.commandLine = service.command;
            software = softwareOf(shape);
        }
        return software;
    }

    /// The one port that it is known to listen on; 0 where there are several or none.
    base::Port knownPort(const ComposeService& service)
    {
        std::set<base::Port> ports(service.expose.begin(), service.expose.end());
        for (const ComposeService::Port& each : service.ports)
            if (!each.isUdp)
                ports.insert(each.containerPort);
        const Software software = softwareOfService(service);
        const base::Port told = toldPort(service);
        if (software.id == "kafka" && told != 0)
            return told; // published for others than the project's own services is another listener of it
        if (const base::Port usual = usualPortOf(software.id); usual != 0 && (ports.empty() || ports.contains(usual)))
            return usual;
        if (ports.size() > 1 && ports.contains(told))
            return told;
        return ports.size() == 1 ? *ports.begin() : base::Port(0);
    }

    const OfflineFile* dockerfileOf(const ComposeService& service) const
    {
        std::string folder = service.buildContext;
        while (folder.starts_with("./"))
            folder.erase(0, 2);
        if (service.buildContext.empty() || folder.starts_with("../"))
            return nullptr;
        if (folder == ".")
            folder.clear();
        if (!m_project.folder.empty())
            folder = folder.empty() ? m_project.folder : m_project.folder + "/" + folder;
        const std::string path = folder.empty() ? service.dockerfile : folder + "/" + service.dockerfile;
        const auto found = std::find_if(m_files.begin(), m_files.end(), [&](const OfflineFile& file) { return file.path == path; });
        return found == m_files.end() ? nullptr : &*found;
    }

    /// Also by what its command, its variables and its Dockerfile say.
    base::Port likelyPort(const ComposeService& service)
    {
        if (const base::Port known = knownPort(service); known != 0)
            return known;
        if (const base::Port told = toldPort(service); told != 0)
            return told;
        const OfflineFile* dockerfile = dockerfileOf(service);
        return dockerfile ? portOfDockerfile(dockerfile->text) : base::Port(0);
    }

    base::NodeId serviceNode(const ComposeService& service, base::Port port)
    {
        m_named.insert(service.name);
        const Software software = softwareOfService(service);
        Node node;
        node.id = base::NodeId(m_prefix + service.name + (port != 0 ? ":" + std::to_string(port) : ""));
        node.kind = software.kind;
        node.software = software.id;
        node.version = std::string(versionOfImage(service.image));
        node.container = service.containerName.empty() ? service.name : service.containerName;
        node.containerPort = port;
        node.address = port != 0 ? service.name + ":" + std::to_string(port) : std::string();
        node.label = service.name + (software.id == "unknown" ? "" : " (" + displayName(software.id) + ")");
        node.sources = { "config" };
        if (!service.profiles.empty())
            node.note = "started only with the profile " + service.profiles.front();
        m_firstNodes.try_emplace(service.name, node.id);
        return addNode(std::move(node));
    }

    base::NodeId addNode(Node node)
    {
        base::NodeId id = node.id;
        if (m_nodes.insert(id.value()).second)
            m_result.topology.nodes.push_back(std::move(node));
        return id;
    }

    void addHop(const base::NodeId& from, const base::NodeId& to, Protocol protocol, model::Declared declared, std::string group = {})
    {
        if (from == to)
            return;
        Hop hop;
        hop.from = from;
        hop.to = to;
        hop.id = base::HopId(from.value() + ">" + to.value());
        hop.protocol = protocol;
        hop.group = std::move(group);
        hop.declared = std::move(declared);
        if (m_hops.insert(hop.id.value()).second)
            m_result.topology.hops.push_back(std::move(hop));
    }

    Protocol spokenWith(const ComposeService& service, base::Port port)
    {
        const Software software = softwareOfService(service);
        if (const Protocol known = protocolOf(software); known != Protocol::Tcp)
            return known;
        if (software.id == "php-fpm")
            return Protocol::FastCgi;
        if (port == 443 || port == 8443)
            return Protocol::Https;
        const bool isWeb = software.kind == NodeKind::Proxy || (software.kind == NodeKind::App && software.id != "unknown")
            || !service.buildContext.empty() || port == 80 || port == 8080;
        return isWeb ? Protocol::Http : Protocol::Tcp;
    }

    void addPublished(const ComposeService& service)
    {
        for (const ComposeService::Port& port : service.ports) {
            if (port.isUdp)
                continue;
            Node client;
            client.id = base::NodeId("client");
            client.kind = NodeKind::Client;
            client.software = "browser";
            client.label = "whoever connects";
            model::Declared declared;
            declared.endpoint = { port.hostAddress, port.hostPort, {} };
            declared.place = port.place;
            const base::NodeId from = addNode(std::move(client));
            addHop(from, serviceNode(service, port.containerPort), spokenWith(service, port.containerPort), std::move(declared));
        }
    }

    void addProxy(const ComposeService& service)
    {
        const MountedConfig& mounted = mountedOf(service);
        const std::unique_ptr<Proxy> proxy = mounted.config.files.empty() ? nullptr : makeProxy(mounted.config);
        if (!proxy)
            return;
        const auto placed = [&](model::FilePlace place) {
            if (const auto own = mounted.places.find(place.file); own != mounted.places.end())
                place = { own->second.file, place.line + own->second.line };
            return place;
        };
        ProxyRoute route = proxy->routeAll();
        for (std::vector<model::ConfigWarning> warnings : { proxy->warnings(), route.warnings })
            for (model::ConfigWarning& warning : warnings)
                m_result.warnings.push_back({ placed(warning.place), warning.message });
        for (const ProxyTarget& target : route.targets) {
            model::Declared declared = target.declared;
            declared.place = placed(declared.place);
            const base::NodeId from = serviceNode(service, target.from.port);
            addHop(from, targetNode(service, declared.endpoint, declared.place), target.protocol, declared, target.group);
        }
    }

    base::NodeId targetNode(const ComposeService& caller, const Endpoint& endpoint, const model::FilePlace& place)
    {
        if (const ComposeService* callee = named(caller, endpoint.host)) {
            if (!shareNetwork(caller, *callee))
                m_result.warnings.push_back({ place,
                    caller.name + " and " + callee->name + " share no network, so the name " + endpoint.host + " has no address there" });
            return serviceNode(*callee, endpoint.port);
        }
        if (const auto published = publishedAs(caller, endpoint))
            return serviceNode(*published->first, published->second);
        Node node;
        node.id = base::NodeId(endpoint.text());
        node.kind = NodeKind::External;
        node.software = "unknown";
        node.address = endpoint.text();
        node.label = endpoint.text();
        node.sources = { "config" };
        if (isOwnHost(endpoint.host) && caller.networkMode != "host")
            node.note = "inside a container this is the container itself";
        else if (isEnginesHost(endpoint.host))
            node.note = "the host that the engine runs on";
        return addNode(std::move(node));
    }

    /// The service behind a port of the host that the engine runs on, or of a network that two services share, with its own port.
    std::optional<std::pair<const ComposeService*, base::Port>> publishedAs(const ComposeService& caller, const Endpoint& endpoint)
    {
        const bool isHost = isEnginesHost(endpoint.host) || (isOwnHost(endpoint.host) && caller.networkMode == "host");
        const bool isShared = isOwnHost(endpoint.host) && caller.networkMode.starts_with("service:");
        for (const ComposeService& each : m_project.services) {
            if (&each == &caller || (!isHost && !isShared))
                continue;
            if (isHost)
                for (const ComposeService::Port& port : each.ports)
                    if (port.hostPort == endpoint.port && endpoint.port != 0 && !port.isUdp)
                        return std::pair(&each, port.containerPort);
            const bool isBeside = isHost ? each.networkMode == "host"
                                         : each.networkMode == caller.networkMode || caller.networkMode.substr(8) == each.name;
            if (isBeside && endpoint.port != 0 && likelyPort(each) == endpoint.port)
                return std::pair(&each, endpoint.port);
        }
        return std::nullopt;
    }

    static bool shareNetwork(const ComposeService& one, const ComposeService& other)
    {
        if (!one.networkMode.empty() || !other.networkMode.empty())
            return one.networkMode == other.networkMode || one.networkMode.starts_with("service:")
                || other.networkMode.starts_with("service:");
        if (one.networks.empty() || other.networks.empty())
            return (one.networks.empty() || one.networks.contains("default"))
                && (other.networks.empty() || other.networks.contains("default"));
        return std::any_of(one.networks.begin(), one.networks.end(), [&](const auto& each) { return other.networks.contains(each.first); });
    }

    /// Traefik's labels, and the variables that nginx-proxy reads.
    void addLabels(const ComposeService& service)
    {
        bool isRouted = false;
        bool isDisabled = false;
        bool hasRule = false;
        base::Port port = 0;
        for (const auto& [written, value] : service.labels) {
            const std::string key = base::lowered(written); // Traefik reads them in any case
            hasRule = hasRule || (key.starts_with("traefik.http.routers.") && key.ends_with(".rule"));
            isRouted = isRouted || key.starts_with("traefik.http.routers.") || key.starts_with("traefik.http.services.")
                || (key == "traefik.enable" && value == "true");
            isDisabled = isDisabled || (key == "traefik.enable" && value == "false");
            // Traefik 1: "traefik.port", and with a segment's name between
            hasRule = hasRule || (key.starts_with("traefik.") && key.ends_with(".frontend.rule"));
            isRouted = isRouted || (key.starts_with("traefik.") && key.ends_with(".frontend.rule"));
            if (key.starts_with("traefik.") && key.ends_with(".port") && std::count(key.begin(), key.end(), '.') <= 2)
                port = parse::numberOf<base::Port>(value).value_or(0);
            if (key.starts_with("traefik.http.services.") && key.ends_with(".loadbalancer.server.port"))
                port = parse::numberOf<base::Port>(value).value_or(0);
        }
        const bool hasTraefik = std::any_of(m_project.services.begin(), m_project.services.end(),
            [&](const ComposeService& each) { return softwareOfService(each).id == "traefik"; });
        const bool isByDefault = !isRouted && !isDisabled && hasTraefik && port == 0 && isRoutedByDefault(service);
        if ((isRouted && !isDisabled && hasTraefik) || isByDefault)
            addRouted("traefik", service, port);
        else if (hasRule && !isDisabled)
            addRoutedFromOutside(service, port);
        addCaddyLabels(service);
        const auto variable = [&](std::string_view name) -> std::string {
            for (const ComposeService::Variable& each : service.environment)
                if (each.name == name)
                    return each.value.empty() ? "?" : each.value;
            return {};
        };
        if (!variable("VIRTUAL_HOST").empty())
            addRouted("nginx", service, parse::numberOf<base::Port>(variable("VIRTUAL_PORT")).value_or(0));
    }

    /// Traefik routes what has no labels too, by the container's name or the rule that it is given for that, unless it is told not
    /// to: drawn where somebody gave such a rule, or where nothing here has a rule of its own. A database speaks no HTTP.
    bool isRoutedByDefault(const ComposeService& service)
    {
        return softwareOfService(service).kind == NodeKind::App && likelyPort(service) != 0
            && std::any_of(defaultRouters().begin(), defaultRouters().end(), [&](const ComposeService* each) { return shareNetwork(*each, service); });
    }

    const std::vector<const ComposeService*>& defaultRouters()
    {
        if (m_defaultRouters)
            return *m_defaultRouters;
        m_defaultRouters.emplace();
        const bool hasLabels = std::any_of(m_project.services.begin(), m_project.services.end(), [&](const ComposeService& each) {
            return softwareOfService(each).id != "traefik"
                && std::any_of(each.labels.begin(), each.labels.end(), [](const auto& label) { return base::lowered(label.first).starts_with("traefik."); });
        });
        static const re2::RE2 provider(R"(providers[._]docker|(?m)^\s*docker\s*:|\[(?:providers\.)?docker)");
        static const re2::RE2 isOff(R"(exposedbydefault["']?\s*[:=]\s*["']?false)");
        for (const ComposeService& traefik : m_project.services) {
            if (softwareOfService(traefik).id != "traefik")
                continue;
            std::string words = base::lowered(traefik.command);
            for (const model::ConfigFile& file : mountedOf(traefik).config.files)
                words += "\n" + base::lowered(file.text);
            for (const ComposeService::Variable& each : traefik.environment)
                words += "\n" + base::lowered(each.name) + "=" + base::lowered(each.value);
            const bool routesAll = re2::RE2::PartialMatch(words, provider) && !re2::RE2::PartialMatch(words, isOff);
            if (routesAll && (!hasLabels || words.find("defaultrule") != std::string::npos))
                m_defaultRouters->push_back(&traefik);
        }
        return *m_defaultRouters;
    }

    /// What caddy-docker-proxy makes a Caddyfile of: "caddy.reverse_proxy: {{upstreams 8080}}".
    void addCaddyLabels(const ComposeService& service)
    {
        static const re2::RE2 directive(R"(^caddy(?:_\d+)?(?:\.[\w.-]+)?\.(?:\d+_)?reverse_proxy(?:_\d+)?$)");
        static const re2::RE2 upstreams(R"(\{\{\s*upstreams(?:\s+https?)?(?:\s+(\d{1,5}))?\s*\}\})");
        for (const auto& [key, value] : service.labels) {
            std::string port;
            if (re2::RE2::FullMatch(key, directive) && re2::RE2::PartialMatch(value, upstreams, &port))
                addRouted("caddy-docker-proxy", service, parse::numberOf<base::Port>(port).value_or(0));
        }
    }

    base::Port portBehind(const ComposeService& service, base::Port labelled)
    {
        const base::Port known = labelled != 0 ? labelled : likelyPort(service);
        return known != 0 ? known : base::Port(80);
    }

    void addRouted(std::string_view software, const ComposeService& service, base::Port port)
    {
        for (const ComposeService& proxy : m_project.services) {
            // nginx-proxy reads such variables, a plain nginx does not
            const bool isIt = software == "nginx" ? proxy.image.find("nginx-proxy") != std::string::npos
                : software == "caddy-docker-proxy" ? proxy.image.find("caddy") != std::string::npos
                                                   : softwareOfService(proxy).id == software;
            if (!isIt || &proxy == &service)
                continue;
            model::Declared declared;
            const base::Port inside = portBehind(service, port);
            declared.endpoint = { service.name, inside, {} };
            declared.place = service.place;
            addHop(serviceNode(proxy, entryPort(proxy)), serviceNode(service, inside), Protocol::Http, std::move(declared));
        }
    }

    /// A rule for a Traefik that another project runs.
    void addRoutedFromOutside(const ComposeService& service, base::Port port)
    {
        Node proxy;
        proxy.id = base::NodeId("traefik");
        proxy.kind = NodeKind::Proxy;
        proxy.software = "traefik";
        proxy.label = displayName("traefik") + " of another project";
        proxy.note = "the labels of services here are for it; no service of this project is one";
        proxy.sources = { "config" };
        const base::Port inside = portBehind(service, port);
        model::Declared declared;
        declared.endpoint = { service.name, inside, {} };
        declared.place = service.place;
        addHop(addNode(std::move(proxy)), serviceNode(service, inside), Protocol::Http, std::move(declared));
    }

    /// Where a proxy's visitors come in: 80 where it has that, else its first port.
    static base::Port entryPort(const ComposeService& proxy)
    {
        base::Port first = 0;
        for (const ComposeService::Port& each : proxy.ports) {
            if (each.containerPort == 80)
                return 80;
            first = first == 0 ? each.containerPort : first;
        }
        return first == 0 ? base::Port(80) : first;
    }

    /// Scheme, host and port of an address among other words; a login before the host is passed over.
    static const re2::RE2& addressPattern()
    {
        static const re2::RE2 url(R"(([a-zA-Z][a-zA-Z0-9+.-]*)://(?:[^/@\s]*@)?([A-Za-z0-9_.-]+)(?::(\d{1,5}))?)");
        return url;
    }

    void addEnvironment(const ComposeService& service)
    {
        const std::vector<Given> variables = variablesOf(service);
        std::vector<NameAndValue> settings;
        for (const Given& each : variables)
            settings.emplace_back(each.variable.name, each.variable.value);
        const bool isReadProxy = !mountedOf(service).config.files.empty() && makeProxy(mountedOf(service).config);
        for (const SettingAddress& each : settingAddresses(settings)) {
            const ComposeService::Variable& variable = variables[each.setting].variable;
            const std::string& host = each.address.host;
            // What a proxy is given went into its configuration, which was read.
            const bool isRead = each.address.scheme.empty() && isReadProxy;
            if (named(service, host)) {
                // a bare word is a host only where its variable says so, or a port stands with it
                if (each.isConfirmed && !isRead && (variables[each.setting].isSure || each.port != 0))
                    addReference(service, variable, host, each.port);
            } else if (!variables[each.setting].isSure || isRead) {
                continue;
            } else if (const auto published = publishedAs(service, { host, each.port, {} })) {
                addCall(service, variable, { host, each.port, {} }, spokenWith(*published->first, published->second));
            } else if (const auto outside = outsideCall(variable.name, each, { service.name, service.containerName, service.image, m_project.folder })) {
                addCall(service, variable, { host, outside->port, {} }, outside->protocol);
            }
        }
    }

    /// A variable, and whether the service is given it for sure; else it only stands where its program may look.
    struct Given {
        ComposeService::Variable variable;
        bool isSure = true;
    };

    /// What a service is given, and what its program's own files say beside that: Spring's configuration, its Dockerfile, a .env
    /// beside it, files that it mounts.
    std::vector<Given> variablesOf(const ComposeService& service)
    {
        std::vector<Given> variables;
        std::map<std::string, std::string> given;
        for (const ComposeService::Variable& each : service.environment) {
            variables.push_back({ each, true });
            given[each.name] = each.value;
        }
        const auto add = [&](const std::string& name, std::string value, const model::FilePlace& place, bool isSure) {
            if (!given.contains(name))
                variables.push_back({ { name, std::move(value), place }, isSure });
        };
        addMountedSettings(service, given, variables);
        std::string folder = service.buildContext;
        while (folder.starts_with("./"))
            folder.erase(0, 2);
        if (const OfflineFile* dockerfile = dockerfileOf(service))
            for (const auto& [name, value] : variablesOfDockerfile(dockerfile->text, service.buildArguments))
                add(name, value, { dockerfile->path, 0 }, false);
        if (folder.empty() || folder == "." || folder.starts_with("../"))
            return variables;
        const std::string whole = m_project.folder.empty() ? folder : m_project.folder + "/" + folder;
        for (auto& [name, value] : springSettings(m_files, whole, given))
            variables.push_back({ { name, std::move(value), service.place }, true });
        for (const OfflineFile& file : m_files)
            if (file.path == whole + "/.env")
                for (const auto& [name, value] : parse::readEnvironmentFile(file.text))
                    add(name, value, { file.path, 0 }, false);
        return variables;
    }

    /// The files of an app that it mounts one by one: "./config.yml:/app/config.yml".
    void addMountedSettings(const ComposeService& service, const std::map<std::string, std::string>& given, std::vector<Given>& variables)
    {
        constexpr std::size_t largest = 256 * 1024;
        constexpr std::size_t mostBytes = 8 * 1024 * 1024; // of all services together, each time that one mounts a file
        const NodeKind kind = softwareOfService(service).kind;
        // Of proxies those that have no reader of their own (Kong, Varnish).
        if (kind == NodeKind::Database || isObserver(service.image) || !mountedOf(service).config.files.empty())
            return;
        for (const ComposeService::Volume& volume : service.volumes)
            for (const OfflineFile& file : m_files) {
                const std::string_view name = base::fileName(file.path);
                const bool isOfTools = name.starts_with("package") || name.starts_with("tsconfig") || name.starts_with("composer") || name.ends_with(".example");
                if (file.path != volume.source || file.text.size() > largest || isOfTools || (m_mountedBytes += file.text.size()) > mostBytes)
                    continue;
                for (auto& [key, value] : parse::settingsInFile(file.path, file.text))
                    if (const std::string variable = parse::variableNamed(key); !given.contains(variable) && parse::fillPlaces(value, given))
                        variables.push_back({ { variable, std::move(value), { file.path, 0 } }, true });
            }
    }

    /// "--upstream=http://api:8080" and "-db api-db:5432": the addresses of this project's services among a command's words.
    void addCommand(const ComposeService& service)
    {
        static const re2::RE2 place(R"((?:^|[\s=,'"])([A-Za-z][A-Za-z0-9_.-]*):(\d{1,5})(?:$|[\s,;'"/]))");
        const ComposeService::Variable words { "command", {}, service.place };
        std::string scheme;
        std::string host;
        std::string port;
        re2::StringPiece rest(service.command);
        for (int i = 0; i < 16 && re2::RE2::FindAndConsume(&rest, addressPattern(), &scheme, &host, &port); ++i) {
            addReference(service, words, host, parse::numberOf<base::Port>(port).value_or(portOfScheme(scheme)));
            port.clear();
        }
        rest = re2::StringPiece(service.command);
        for (int i = 0; i < 16 && re2::RE2::FindAndConsume(&rest, place, &host, &port); ++i)
            addReference(service, words, host, parse::numberOf<base::Port>(port).value_or(0));
    }

    void addReference(const ComposeService& service, const ComposeService::Variable& variable, const std::string& host, base::Port port)
    {
        const ComposeService* callee = named(service, host);
        if (!callee || callee == &service)
            return;
        if (port == 0)
            port = knownPort(*callee);
        model::Declared declared;
        declared.endpoint = { host, port, {} };
        declared.place = variable.place;
        const base::NodeId to = targetNode(service, declared.endpoint, variable.place);
        addHop(callerNode(service), to, spokenWith(*callee, port), std::move(declared));
    }

    void addCall(const ComposeService& service, const ComposeService::Variable& variable, const Endpoint& endpoint, Protocol protocol)
    {
        model::Declared declared;
        declared.endpoint = endpoint;
        declared.place = variable.place;
        const base::NodeId to = targetNode(service, endpoint, variable.place);
        addHop(callerNode(service), to, protocol, std::move(declared));
    }

    /// A service as a caller: the node it already has, by its first port.
    base::NodeId callerNode(const ComposeService& service)
    {
        const auto known = m_firstNodes.find(service.name);
        return known != m_firstNodes.end() ? known->second : serviceNode(service, knownPort(service));
    }

    /// What starts after what: mostly because it connects there. Only where the other one is known to listen, and no
    /// other file says more of the two.
    void addDependencies(const ComposeService& service)
    {
        for (const ComposeService::Dependency& dependency : service.dependsOn) {
            const ComposeService* callee = named(service, dependency.service);
            const base::Port port = callee ? knownPort(*callee) : base::Port(0);
            if (!callee) {
                m_result.warnings.push_back({ dependency.place, "there is no service " + dependency.service });
                continue;
            }
            const base::NodeId from = callerNode(service);
            const bool isKnown = std::any_of(m_result.topology.hops.begin(), m_result.topology.hops.end(), [&](const Hop& hop) {
                return isOf(hop.from, service) && isOf(hop.to, *callee);
            });
            // Two runs of one program (a worker and its site) start in turn; they do not call each other.
            const bool isSameProgram = (!service.image.empty() && service.image == callee->image && service.buildContext == callee->buildContext)
                || (!service.buildContext.empty() && service.buildContext == callee->buildContext && service.dockerfile == callee->dockerfile);
            if (port == 0 || isKnown || isSameProgram || callee == &service)
                continue;
            model::Declared declared;
            declared.endpoint = { dependency.service, port, {} };
            declared.place = dependency.place;
            addHop(from, serviceNode(*callee, port), spokenWith(*callee, port), std::move(declared));
        }
    }

    bool isOf(const base::NodeId& id, const ComposeService& service) const
    {
        return id.value() == m_prefix + service.name || id.value().starts_with(m_prefix + service.name + ":");
    }

    const parse::ComposeProject& m_project;
    const std::vector<OfflineFile>& m_files;
    std::string m_prefix;
    Discovered m_result;
    std::set<std::string> m_nodes;
    std::set<std::string> m_hops;
    std::set<std::string> m_named;
    std::map<std::string, base::NodeId> m_firstNodes; ///< by the service's name
    std::map<std::string, MountedConfig> m_mounted;
    std::optional<std::vector<const ComposeService*>> m_defaultRouters; ///< unknown so far
    std::size_t m_mountedBytes = 0; ///< read as settings
};

std::vector<parse::ComposeText> textsOf(const std::vector<OfflineFile>& files)
{
    std::vector<parse::ComposeText> texts;
    for (const OfflineFile& file : files) {
        const std::string_view name = std::string_view(file.path).substr(file.path.rfind('/') + 1);
        if (name.ends_with(".yml") || name.ends_with(".yaml") || name.ends_with(".env") || name.starts_with(".env") || name.starts_with("env.")
            || name.find(".env.") != std::string_view::npos)
            texts.push_back({ file.path, file.text });
    }
    return texts;
}

std::ptrdiff_t depthOf(std::string_view path) { return std::count(path.begin(), path.end(), '/'); }
}

bool holdsProject(const std::vector<OfflineFile>& files)
{
    std::ptrdiff_t project = -1;
    std::ptrdiff_t others = -1;
    for (const OfflineFile& file : files) {
        const std::string_view name = std::string_view(file.path).substr(file.path.rfind('/') + 1);
        if (parse::isComposeFile(file.path, file.text) && (project < 0 || depthOf(file.path) < project))
            project = depthOf(file.path);
        const bool isOther = name == "nginx.conf" || name == "haproxy.cfg" || name == "Caddyfile" || name == "apache2.conf";
        if (isOther && (others < 0 || depthOf(file.path) < others))
            others = depthOf(file.path);
    }
    return project >= 0 && (others < 0 || project <= others);
}

bool isOfService(const std::vector<OfflineFile>& files, const std::string& path, const std::string& software)
{
    const auto isAt = [&](const std::string& place) { return path == place || (!place.empty() && path.starts_with(place + "/")); };
    for (const parse::ComposeProject& project : parse::parseComposeProjects(textsOf(files)))
        for (const ComposeService& service : project.services) {
            const MountedConfig mounted = mountedConfig(service, project.folder, files);
            const std::string context = service.buildContext.starts_with("./") ? service.buildContext.substr(2) : service.buildContext;
            const bool isBuilt = !context.empty() && context != "." && isAt(project.folder.empty() ? context : project.folder + "/" + context);
            const bool isMounted = std::any_of(service.volumes.begin(), service.volumes.end(), [&](const auto& each) { return isAt(each.source); });
            if (mounted.config.software == software || isBuilt || isMounted)
                return true;
        }
    return false;
}

bool leadsToPublished(const std::vector<OfflineFile>& files, const OfflineFile& file, const std::string& software)
{
    std::set<base::Port> published;
    for (const parse::ComposeProject& project : parse::parseComposeProjects(textsOf(files)))
        for (const ComposeService& service : project.services)
            for (const ComposeService::Port& port : service.ports)
                if (port.hostPort != 0 && !port.isUdp)
                    published.insert(port.hostPort);
    if (published.empty() || isOfService(files, file.path, software))
        return false;
    std::vector<model::ConfigWarning> warnings;
    const std::unique_ptr<Proxy> proxy = makeProxy(configOf({ file }, software, warnings));
    if (!proxy)
        return false;
    const std::vector<ProxyTarget> targets = proxy->routeAll().targets;
    return std::any_of(targets.begin(), targets.end(), [&](const ProxyTarget& target) {
        const Endpoint& endpoint = target.declared.endpoint;
        return (endpoint.host == "localhost" || endpoint.host.starts_with("127.")) && published.contains(endpoint.port);
    });
}

Discovered discoverProjects(const std::vector<OfflineFile>& files)
{
    Discovered result;
    std::vector<parse::ComposeProject> projects = parse::parseComposeProjects(textsOf(files));
    if (projects.empty() && !files.empty()) { // asked for by name, whatever the file is called
        std::vector<parse::ComposeText> texts { { "compose.yaml", files.front().text } };
        projects = parse::parseComposeProjects(texts);
    }
    for (const parse::ComposeProject& project : projects) {
        // Services of two projects may have one name.
        const std::string prefix = projects.size() > 1 ? project.folder.substr(project.folder.rfind('/') + 1) + "/" : std::string();
        Discovered each = ProjectTopology(project, files, prefix).build();
        for (Node& node : each.topology.nodes)
            if (!result.topology.node(node.id))
                result.topology.nodes.push_back(std::move(node));
        std::move(each.topology.hops.begin(), each.topology.hops.end(), std::back_inserter(result.topology.hops));
        std::move(each.warnings.begin(), each.warnings.end(), std::back_inserter(result.warnings));
    }
    if (projects.empty())
        result.warnings.push_back({ { files.empty() ? std::string() : files.front().path, 0 }, "no compose file with services is among these files" });
    return result;
}

}
