#include "core/discovery/apache/configuration.h"

#include "core/base/text.h"

#include <algorithm>

namespace hopscope::discovery::apache {

namespace {
parse::ApacheRuntime runtimeOf(const model::SoftwareConfig& config)
{
    parse::ApacheRuntime runtime;
    runtime.version = config.version;
    const auto take = [](const std::string& text, std::string_view word) {
        return text.starts_with(word) ? text.substr(word.size()) : std::string();
    };
    for (const std::string& each : config.runtime) {
        if (std::string define = take(each, "define "); !define.empty())
            runtime.defines.push_back(std::move(define));
        else if (std::string module = take(each, "module "); !module.empty())
            runtime.modules.push_back(std::move(module));
        else if (std::string root = take(each, "root "); !root.empty())
            runtime.serverRoot = std::move(root);
    }
    return runtime;
}

std::string balancerName(std::string_view url)
{
    const std::string text = base::lowered(url);
    if (!text.starts_with("balancer://"))
        return {};
    return text.substr(11, text.find_first_of("/?", 11) - 11);
}
}

Configuration::Configuration(const model::SoftwareConfig& config)
    : source(parse::loadApacheConfig(config.files, config.mainFile, runtimeOf(config)))
    , servers(serversOf(source.directives))
{
    for (const Server& server : servers.servers)
        readBalancers(*server.own, server.main ? &server : nullptr);
    readAccessFiles(config.files);
    workerUser = servers.servers.front().value("user", "www-data");
}

void Configuration::readBalancers(const Block& block, const Server* server)
{
    for (const parse::ApacheDirective& each : block) {
        const std::vector<std::string>& arguments = each.arguments;
        if (each.isSection && each.name == "proxy" && !arguments.empty()) {
            const std::string name = balancerName(arguments.front());
            if (name.empty())
                continue;
            Balancer& balancer = m_balancers[{ server, name }];
            balancer.name = name;
            for (const parse::ApacheDirective& inner : each.block) {
                if (inner.name == "balancermember")
                    balancer.members.push_back(&inner);
                else if (inner.name == "proxyset")
                    balancer.parameters.insert(balancer.parameters.end(), inner.arguments.begin(), inner.arguments.end());
            }
        } else if (each.name == "balancermember" && arguments.size() > 1) {
            const std::string name = balancerName(arguments.front());
            Balancer& balancer = m_balancers[{ server, name }];
            balancer.name = name;
            balancer.members.push_back(&each);
        } else if (each.name == "proxyset" && arguments.size() > 1 && !balancerName(arguments.front()).empty()) {
            Balancer& balancer = m_balancers[{ server, balancerName(arguments.front()) }];
            balancer.name = balancerName(arguments.front());
            balancer.parameters.insert(balancer.parameters.end(), arguments.begin() + 1, arguments.end());
        } else if (each.isSection && (each.name == "location" || each.name == "directory" || each.name == "if")) {
            readBalancers(each.block, server);
        }
    }
}

void Configuration::readAccessFiles(const std::vector<model::ConfigFile>& files)
{
    for (const model::ConfigFile& file : files) {
        const std::size_t slash = file.path.rfind('/');
        const std::string name = slash == std::string::npos ? file.path : file.path.substr(slash + 1);
        if (name != ".htaccess")
            continue;
        auto block = std::make_unique<Block>(parse::readApacheFile(file));
        // places are by index into the configuration's files
        const auto index = static_cast<int>(&file - files.data());
        std::vector<Block*> open { block.get() };
        while (!open.empty()) {
            Block& here = *open.back();
            open.pop_back();
            for (parse::ApacheDirective& each : here) {
                each.file = index;
                open.push_back(&each.block);
            }
        }
        m_accessFiles.insert_or_assign(slash == std::string::npos ? std::string() : file.path.substr(0, slash), std::move(block));
    }
}

model::FilePlace Configuration::place(const parse::ApacheDirective& directive) const { return source.place(directive); }

const Balancer* Configuration::balancer(const Server& server, const std::string& name) const
{
    for (const Server* each : { &server, static_cast<const Server*>(nullptr) })
        if (const auto found = m_balancers.find({ each, base::lowered(name) }); found != m_balancers.end())
            return &found->second;
    return nullptr;
}

const Block* Configuration::accessFile(const std::string& folder) const
{
    if (const auto found = m_accessFiles.find(folder); found != m_accessFiles.end())
        return found->second.get();
    // A copy of the folder somewhere else keeps the tail of its path.
    for (const auto& [path, block] : m_accessFiles)
        if (!folder.empty() && path.size() > folder.size() && path.ends_with(folder))
            return block.get();
    return nullptr;
}

}
