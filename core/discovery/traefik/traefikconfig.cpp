#include "core/discovery/traefik/traefikconfig.h"

#include "core/discovery/routing/duration.h"
#include "core/discovery/traefik/middleware.h"
#include "core/discovery/traefik/oldconfig.h"
#include "core/discovery/traefik/rule.h"
#include "core/discovery/traefik/service.h"
#include "core/discovery/traefik/settings.h"
#include "core/parse/lines.h"

#include <algorithm>
#include <list>

namespace hopscope::discovery::traefik {

namespace {
using parse::ConfigTree;
using routing::Condition;
using routing::Server;

struct Document {
    std::string file;
    ConfigTree tree;
    bool isApi = false;
};

/// "/api/rawdata" in the shape of a dynamic file.
ConfigTree fromRawData(const ConfigTree& raw)
{
    ConfigTree tree;
    tree.kind = ConfigTree::Kind::Map;
    for (const auto& [protocol, prefix] : { std::pair { "http", "" }, std::pair { "tcp", "tcp" }, std::pair { "udp", "udp" } }) {
        ConfigTree part;
        part.kind = ConfigTree::Kind::Map;
        for (const char* kind : { "routers", "services", "middlewares" })
            if (const ConfigTree& found = get(raw, std::string(prefix) + kind); !found.isNull())
                part.members.emplace_back(kind, found);
        tree.members.emplace_back(protocol, std::move(part));
    }
    return tree;
}

class Assembly {
public:
    Assembly(const model::SoftwareConfig& config, const std::vector<LabelledContainer>& containers) { read(config, containers); }

    routing::Configuration result()
    {
        readStatic();
        for (const char* protocol : { "tcp", "http" })
            routers(protocol);
        udpRouters();
        redirects();
        finish();
        return std::move(m_result);
    }

private:
    struct Routed {
        long priority = 0;
        bool isTcp = false;
        routing::Rule rule;
    };
    struct Socket {
        EntryPoint entry;
        bool isKnown = true; ///< its address is
        std::vector<Routed> rules;
        routing::Rules others;
    };

    void read(const model::SoftwareConfig& config, const std::vector<LabelledContainer>& containers)
    {
        bool hasApi = false;
        for (const model::ConfigFile& file : config.files) {
            if (file.path.starts_with(commandLinePrefix)) {
                m_documents.push_back({ file.path, treeOf(optionsOf(file.text)) });
                continue;
            }
            const bool isApi = file.path.starts_with(apiPrefix);
            parse::ConfigDocuments parsed = isApi ? parse::parseJson(file.path, file.text) : parse::parseConfigTree(file.path, file.text);
            std::move(parsed.warnings.begin(), parsed.warnings.end(), std::back_inserter(m_result.warnings));
            for (ConfigTree& tree : parsed.documents) {
                const bool isRaw = isApi && !get(tree, "routers").isNull();
                hasApi = hasApi || isRaw;
                m_documents.push_back({ file.path, isRaw ? fromRawData(tree) : isOldConfig(tree) ? fromOldConfig(tree) : std::move(tree), isApi });
            }
        }
        m_hasApi = hasApi;
        if (!hasApi)
            readLabels(containers);
    }

    void readLabels(const std::vector<LabelledContainer>& containers)
    {
        const ConfigTree& docker = setting({ "providers", "docker" }).isNull() ? setting({ "providers", "swarm" }) : setting({ "providers", "docker" });
        const bool isOff = docker.isNull() || docker.scalar == "false";
        if (isOff)
            return;
        DockerProvider provider;
        provider.isExposedByDefault = flag(docker, "exposedByDefault", true);
        provider.defaultRule = get(docker, "defaultRule").scalar;
        for (const LabelledContainer& container : containers)
            if (ConfigTree tree = dynamicFrom(container, provider); !tree.isNull())
                m_documents.push_back({ "labels of " + container.name, std::move(tree) });
    }

    /// The first document that has this setting.
    const ConfigTree& setting(std::initializer_list<std::string_view> names) const
    {
        for (const Document& document : m_documents)
            if (const ConfigTree& found = get(document.tree, names); !found.isNull())
                return found;
        return m_nothing;
    }

    bool isDynamic(const Document& document) const { return !m_hasApi || document.isApi; }

    void readStatic()
    {
        std::vector<ConfigTree> trees;
        for (const Document& document : m_documents)
            trees.push_back(document.tree);
        for (EntryPoint& entry : entryPointsOf(trees))
            m_sockets.push_back({ std::move(entry), true, {}, {} });
        const bool hasStatic = !setting({ "providers" }).isNull() || !setting({ "api" }).isNull();
        if (m_sockets.empty() && hasStatic) {
            EntryPoint usual; // Traefik's own default
            usual.name = "http";
            usual.listener = { "0.0.0.0", 80, {}, false };
            m_sockets.push_back({ std::move(usual), true, {}, {} });
        }
        model::Declared& defaults = m_defaults;
        const ConfigTree& transport = setting({ "serversTransport" });
        const auto time = [&](std::string_view name) { return routing::parseGoDuration(get(transport, { "forwardingTimeouts", name }).scalar, 1e3); };
        defaults.timeouts.connect = time("dialTimeout").value_or(base::Milliseconds(30'000));
        if (const auto read = time("responseHeaderTimeout"); read && read->count() > 0)
            defaults.timeouts.read = read;
        defaults.verifiesCertificate = !flag(transport, "insecureSkipVerify", false) && setting({ "insecureSkipVerify" }).scalar != "true";
    }

    /// The entry points that a router names; every usual one where it names none.
    std::vector<Socket*> socketsOf(const ConfigTree& router, bool isUdp)
    {
        std::vector<Socket*> found;
        for (const std::string& name : listOf(get(router, "entryPoints"))) {
            const auto known = std::find_if(m_sockets.begin(), m_sockets.end(), [&](const Socket& each) { return each.entry.name == name; });
            if (known != m_sockets.end()) {
                found.push_back(&*known);
                continue;
            }
            EntryPoint entry; // the static configuration is not at hand
            entry.name = name;
            entry.isUdp = isUdp;
            m_sockets.push_back({ std::move(entry), false, {}, {} });
            found.push_back(&m_sockets.back());
        }
        if (!found.empty())
            return found;
        for (Socket& each : m_sockets)
            if (!each.entry.isInternal && each.entry.isUdp == isUdp && each.isKnown)
                found.push_back(&each);
        if (found.empty()) {
            m_sockets.push_back({ {}, false, {}, {} });
            m_sockets.back().entry.isUdp = isUdp;
            found.push_back(&m_sockets.back());
        }
        return found;
    }

    void fill(Directory& directory, std::string_view protocol, std::string_view kind, bool withAll = false)
    {
        for (const Document& document : m_documents)
            if (withAll || isDynamic(document))
                for (const auto& [name, tree] : get(document.tree, { protocol, kind }).members)
                    directory.add({ name, document.file.starts_with("labels of") ? "docker" : document.isApi ? "" : "file", document.file, &tree });
    }

    Services servicesOf(const char* protocol)
    {
        Services services;
        services.defaults = m_defaults;
        fill(services.services, protocol, "services");
        fill(services.transports, protocol, "serversTransports", true);
        if (m_hasApi)
            for (const Document& document : m_documents)
                for (const auto& [name, service] : get(document.tree, { protocol, "services" }).members)
                    for (const ConfigTree& server : get(service, { "loadBalancer", "servers" }).items)
                        if (const ConfigTree& url = get(server, "url").isNull() ? get(server, "address") : get(server, "url"); !document.isApi)
                            services.places.emplace(url.scalar, model::FilePlace { document.file, url.line });
        return services;
    }

    void warn(const Named& router, int line, std::string message)
    {
        constexpr std::size_t most = 200;
        if (m_result.warnings.size() < most)
            m_result.warnings.push_back({ { router.file, line ? line : router.tree->line }, std::move(message) });
    }

    void routers(const char* protocol)
    {
        const bool isTcp = std::string_view(protocol) == "tcp";
        const Services services = servicesOf(protocol);
        Middlewares middlewares;
        middlewares.services = &services;
        fill(middlewares.all, protocol, "middlewares");
        Directory routers;
        fill(routers, protocol, "routers");
        for (const Named& router : routers.all())
            addRouter(router, services, middlewares, isTcp);
    }

    void addRouter(const Named& router, const Services& services, const Middlewares& middlewares, bool isTcp)
    {
        const ConfigTree& tree = *router.tree;
        if (get(tree, "status").scalar == "disabled" || (Services::isInternal(router.name + "@" + router.provider) && router.provider == "internal"))
            return;
        const ConfigTree& ruleText = get(tree, "rule");
        const RuleReading reading = readRule(ruleText.scalar);
        if (!reading.problem.empty())
            warn(router, ruleText.line, "router \"" + router.name + "\": " + reading.problem);
        const std::string serviceName = get(tree, "service").scalar;
        routing::Pass pass = services.pass(serviceName.empty() ? router.name : serviceName, router.provider);
        if (pass.upstreams.empty() && !serviceName.empty() && !Services::isInternal(serviceName) && !services.services.find(serviceName, router.provider))
            warn(router, get(tree, "service").line, "router \"" + router.name + "\": the service \"" + serviceName + "\" is not there");
        const bool isTls = !get(tree, "tls").isNull() && get(tree, "tls").scalar != "false";
        const std::string priority = get(tree, "priority").scalar;
        for (Socket* socket : socketsOf(tree, false)) {
            Middlewares::Result before;
            middlewares.apply(socket->entry.middlewares, router.provider, before);
            middlewares.apply(listOf(get(tree, "middlewares")), router.provider, before);
            for (const std::string& missing : before.missing)
                if (socket == &m_sockets.front() || missing != "")
                    warn(router, get(tree, "middlewares").line, "router \"" + router.name + "\": the middleware \"" + missing + "\" is not there");
            Routed routed;
            routed.isTcp = isTcp;
            routed.priority = parse::numberOf<long>(priority).value_or(0);
            if (routed.priority == 0)
                routed.priority = static_cast<long>(ruleText.scalar.size());
            const bool takesTls = isTls || socket->entry.isTls;
            std::vector<Condition> all { reading.condition };
            if (isTcp ? takesTls : true)
                all.push_back(Condition::of(Condition::Kind::Scheme, { takesTls ? "https" : "http" }));
            routed.rule.condition = Condition::all(std::move(all));
            routed.rule.isLast = true;
            routed.rule.steps = std::move(before.steps);
            if (!reading.stripPrefix.empty())
                routed.rule.steps.push_back(routing::Rewrite { routing::Rewrite::How::StripPrefix, reading.stripPrefix, {} });
            routing::Pass own = pass;
            if (before.attempts)
                for (routing::Upstream& upstream : own.upstreams) {
                    upstream.declared.retries = before.attempts;
                    upstream.declared.retriesOn = { "error", "timeout" };
                }
            const bool passesTls = isTcp && flag(get(tree, "tls"), "passthrough", false);
            for (routing::Upstream& upstream : own.upstreams)
                if (passesTls && upstream.protocol == model::Protocol::Tcp)
                    upstream.protocol = model::Protocol::Tls;
            if (!own.upstreams.empty())
                routed.rule.steps.push_back(std::move(own));
            else
                routed.rule.steps.push_back(routing::Reply { Services::isInternal(serviceName) ? "answers 200 from Traefik's own " + serviceName : "answers 503: its service has no server" });
            socket->entry.listener.isTls = socket->entry.listener.isTls || takesTls;
            socket->rules.push_back(std::move(routed));
            std::move(before.others.begin(), before.others.end(), std::back_inserter(socket->others));
        }
    }

    void udpRouters()
    {
        const Services services = servicesOf("udp");
        Directory routers;
        fill(routers, "udp", "routers");
        for (const Named& router : routers.all()) {
            routing::Pass pass = services.pass(get(*router.tree, "service").scalar, router.provider);
            for (routing::Upstream& upstream : pass.upstreams)
                upstream.protocol = model::Protocol::Udp;
            if (pass.upstreams.empty())
                continue;
            for (Socket* socket : socketsOf(*router.tree, true)) {
                routing::Rule rule;
                rule.steps.push_back(pass);
                socket->others.push_back(std::move(rule));
            }
        }
    }

    /// An entry point that only sends its visitors to another one.
    void redirects()
    {
        for (Socket& socket : m_sockets) {
            const std::string& to = socket.entry.redirectTo;
            if (to.empty())
                continue;
            std::string port = to.starts_with(':') ? to.substr(1) : std::string();
            for (const Socket& other : m_sockets)
                if (other.entry.name == to)
                    port = std::to_string(other.entry.listener.port);
            Routed routed;
            routed.priority = 2'147'483'647L - 1; // Traefik's own for it
            routed.rule.steps.push_back(redirectToScheme(socket.entry.redirectScheme, port));
            socket.rules.push_back(std::move(routed));
        }
    }

    void finish()
    {
        for (Socket& socket : m_sockets) {
            std::stable_sort(socket.rules.begin(), socket.rules.end(), [](const Routed& left, const Routed& right) {
                return left.isTcp != right.isTcp ? left.isTcp : left.priority > right.priority;
            });
            Server server;
            ProxyListener listener = socket.isKnown ? socket.entry.listener : ProxyListener();
            listener.isTls = socket.isKnown && (listener.isTls || socket.entry.isTls);
            server.listeners.push_back(listener);
            server.unmatched = "answers 404: no router takes this";
            for (Routed& routed : socket.rules)
                server.rules.push_back(std::move(routed.rule));
            server.otherRules = std::move(socket.others);
            m_result.servers.push_back(std::move(server));
        }
    }

    const ConfigTree m_nothing {};
    std::list<Document> m_documents; ///< their trees are pointed to
    bool m_hasApi = false;
    std::list<Socket> m_sockets;
    model::Declared m_defaults;
    routing::Configuration m_result;
};
}

routing::Configuration configurationOf(const model::SoftwareConfig& config, const std::vector<LabelledContainer>& containers)
{
    routing::Configuration result = Assembly(config, containers).result();
    result.software = "traefik";
    return result;
}

std::vector<LabelledContainer> containersOf(const model::HostFacts& host)
{
    std::vector<LabelledContainer> all;
    for (const model::Container& container : host.containers) {
        if (container.state != "running" && !container.state.empty())
            continue;
        LabelledContainer each;
        each.name = container.name;
        std::string network;
        for (const auto& [key, value] : container.labels) {
            each.labels.push_back({ key, value, 0 });
            if (key == "traefik.docker.network")
                network = value;
        }
        for (const auto& [name, address] : container.networks)
            if (each.address.empty() || name == network)
                each.address = address;
        for (const model::Container::PublishedPort& port : container.ports)
            each.ports.push_back(port.containerPort);
        all.push_back(std::move(each));
    }
    return all;
}

}
