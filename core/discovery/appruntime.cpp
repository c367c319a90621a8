#include "core/discovery/appruntime.h"

#include "core/base/text.h"
#include "core/discovery/appsettings.h"
#include "core/discovery/commandline.h"
#include "core/discovery/programversion.h"
#include "core/parse/phpfpmpool.h"

#include <algorithm>
#include <charconv>
#include <initializer_list>

namespace hopscope::discovery {

namespace {
constexpr int mostCounted = 100'000;
/// How settings.awk marks what a file that is a program does not say outright.
constexpr std::string_view computedWord = "computed.";

std::optional<int> countFrom(std::string_view text)
{
    int value = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool isCount = problem == std::errc() && end == text.data() + text.size() && value >= 0 && value <= mostCounted;
    return isCount ? std::optional(value) : std::nullopt;
}

std::optional<int> countOf(const Arguments& words, std::initializer_list<std::string_view> names)
{
    const auto text = optionOf(words, names);
    return text ? countFrom(*text) : std::nullopt;
}

/// Reads one node.
class RuntimeReader {
public:
    RuntimeReader(const HostIndex& host, const model::Node& node)
        : m_host(host)
        , m_node(node)
        , m_process(*host.process(node.pid))
        , m_settings(settingsOf(host, node, {}))
    {
        // "gunicorn: master [shop]", "puma 6.4.0 (tcp://…)": what it was started with stands in the unit alone.
        const model::Unit* unit = host.unit(node.unit);
        const std::string_view first = std::string_view(m_process.commandLine).substr(0, m_process.commandLine.find(' '));
        const bool isRenamed = first.ends_with(':') || first == "puma" || first == "uWSGI";
        m_words = argumentWords(isRenamed && unit ? unit->execStart : m_process.commandLine);
    }

    AppRuntime read()
    {
        m_found.version = programVersion(m_host.facts(), m_node.software, m_process, m_words);
        if (m_node.software == "gunicorn")
            gunicorn();
        else if (m_node.software == "uvicorn")
            uvicorn();
        else if (m_node.software == "uwsgi")
            uwsgi();
        else if (m_node.software == "puma")
            puma();
        else if (m_node.software == "php-fpm")
            phpFpm();
        else if (m_node.software == "node")
            node();
        else if (m_node.software == "tomcat" || m_node.software == "java")
            java();
        return std::move(m_found);
    }

private:
    void limit(int seconds, std::string setting)
    {
        if (seconds <= 0)
            return; // none
        m_found.requestLimit = std::chrono::seconds(seconds);
        m_found.requestLimitSetting = std::move(setting);
    }

    void idle(std::optional<int> seconds, const std::string& option, int otherwise)
    {
        m_found.idleLimit = std::chrono::seconds(seconds.value_or(otherwise));
        m_found.idleLimitSetting = seconds ? option + " " + std::to_string(*seconds) : m_node.software + "'s own default";
    }

    const model::Setting* setting(model::Setting::Origin origin, std::string_view key) const
    {
        for (const model::Setting* each : m_settings)
            if (each->origin == origin && each->key == key)
                return each;
        return nullptr;
    }

    /// Children that are the same program as the one that stands for them.
    int children() const
    {
        const auto family = m_host.family(m_node.pid);
        return static_cast<int>(std::count_if(family.begin(), family.end(), [&](const model::Process* each) {
            return each->parent == m_process.pid && each->pid != m_process.pid
                && (each->name == m_process.name || each->executable == m_process.executable)
                && softwareOf(*each).id == m_node.software;
        }));
    }

    /// What its own file, which is a program, says outright. `isOpen`: it computes that (or says it in an inner block), and
    /// nobody can tell the outcome without running it.
    struct Written {
        const model::Setting* setting = nullptr;
        bool isOpen = false;
    };

    template <class IsItsFile> Written written(std::string_view key, const IsItsFile& isItsFile) const
    {
        Written found;
        for (const model::Setting* each : m_settings) {
            if (each->origin != model::Setting::Origin::File || !isItsFile(each->file))
                continue;
            std::string_view name = each->key;
            const bool isComputed = name.starts_with(computedWord);
            if (isComputed)
                name.remove_prefix(computedWord.size());
            if (name != key)
                continue;
            found.setting = isComputed ? nullptr : each;
            found.isOpen = isComputed;
        }
        return found;
    }

    static std::string placeOf(const model::Setting& setting)
    {
        return setting.key + " = " + setting.value + " in " + setting.file + (setting.line > 0 ? ":" + std::to_string(setting.line) : "");
    }

    /// Settings of gunicorn: its file, its environment, its command line; the last of them wins.
    void gunicorn()
    {
        Arguments words { "gunicorn" };
        if (const auto* given = setting(model::Setting::Origin::Environment, "GUNICORN_CMD_ARGS"))
            for (std::string& word : argumentWords(given->value))
                words.push_back(std::move(word));
        words.insert(words.end(), m_words.begin(), m_words.end());
        if (const int running = children(); running > 0)
            m_found.workers = running;
        else
            m_found.workers = countOf(words, { "-w", "--workers" });
        const auto file = optionOf(words, { "-c", "--config" });
        bool isFileRead = false;
        const auto isItsFile = [&](const std::string& path) {
            const std::string_view name = base::fileName(path);
            const bool isIt = file ? name == base::fileName(*file) : name == "gunicorn.conf.py";
            isFileRead = isFileRead || isIt;
            return isIt;
        };
        const Written workers = written("workers", isItsFile);
        const Written threads = written("threads", isItsFile);
        const Written workerKind = written("worker_class", isItsFile);
        const Written timeout = written("timeout", isItsFile);
        if (!m_found.workers && workers.setting)
            m_found.workers = countFrom(workers.setting->value);
        m_found.threads = countOf(words, { "--threads" });
        const bool isThreadsOpen = !m_found.threads && threads.isOpen;
        if (!m_found.threads && threads.setting)
            m_found.threads = countFrom(threads.setting->value);
        const auto givenKind = optionOf(words, { "-k", "--worker-class" });
        const std::string kind = givenKind ? *givenKind : workerKind.setting ? workerKind.setting->value : "sync";
        const bool isKindOpen = !givenKind && workerKind.isOpen;
        // Other kinds of workers take the timeout as a sign of life, not as a limit of requests.
        const bool isSync = kind == "sync" && !isKindOpen && !isThreadsOpen && m_found.threads.value_or(1) <= 1 && (!file || isFileRead);
        if (const auto seconds = countOf(words, { "-t", "--timeout" }); seconds && isSync)
            limit(*seconds, "--timeout " + std::to_string(*seconds));
        else if (!seconds && isSync && timeout.setting)
            limit(countFrom(timeout.setting->value).value_or(0), placeOf(*timeout.setting));
    }

    void uvicorn()
    {
        m_found.workers = countOf(m_words, { "--workers" });
        if (const auto* given = setting(model::Setting::Origin::Environment, "WEB_CONCURRENCY"); given && !m_found.workers)
            m_found.workers = countFrom(given->value);
        if (!m_found.workers)
            m_found.workers = 1;
        idle(countOf(m_words, { "--timeout-keep-alive" }), "--timeout-keep-alive", 5);
    }

    void uwsgi()
    {
        const auto value = [&](std::initializer_list<std::string_view> options, std::initializer_list<const char*> keys) {
            std::optional<int> found = countOf(m_words, options);
            for (const model::Setting* each : m_settings)
                for (const char* key : keys)
                    if (!found && each->origin == model::Setting::Origin::File && each->key == std::string("uwsgi.") + key)
                        found = countFrom(each->value);
            return found;
        };
        m_found.workers = value({ "-p", "--processes", "--workers" }, { "processes", "workers" });
        m_found.threads = value({ "--threads" }, { "threads" });
        if (const auto seconds = value({ "-t", "--harakiri" }, { "harakiri" }))
            limit(*seconds, "harakiri " + std::to_string(*seconds));
    }

    void puma()
    {
        if (const int running = children(); running > 0)
            m_found.workers = running;
        else
            m_found.workers = countOf(m_words, { "-w", "--workers" });
        const auto file = optionOf(m_words, { "-C", "--config" });
        const auto isItsFile = [&](const std::string& path) {
            return file ? base::fileName(path) == base::fileName(*file) : base::fileName(path) == "puma.rb";
        };
        if (const Written workers = written("workers", isItsFile); !m_found.workers && workers.setting)
            m_found.workers = countFrom(workers.setting->value);
        // "-t 2:8": at least, and at most; "threads 2, 8"
        if (const auto range = optionOf(m_words, { "-t", "--threads" }))
            m_found.threads = countFrom(std::string_view(*range).substr(range->find(':') + 1));
        else if (const Written threads = written("threads", isItsFile); threads.setting)
            m_found.threads = countFrom(std::string_view(threads.setting->value).substr(threads.setting->value.find(',') + 1));
    }

    void phpFpm()
    {
        if (!m_node.container.empty())
            return; // its files are not this host's
        for (const model::SoftwareConfig& config : m_host.facts().configs) {
            if (config.software != "php-fpm")
                continue;
            for (const parse::PhpFpmPool& pool : parse::parsePhpFpmPools(config.files).pools)
                if (isPoolOfNode(pool)) {
                    m_found.workers = pool.maxChildren;
                    m_found.isUpperLimit = pool.processManager != "static";
                    m_found.pool = pool.name + (pool.processManager.empty() ? "" : ", " + pool.processManager);
                    if (pool.terminateTimeout)
                        limit(int(std::min<long long>(pool.terminateTimeout->count() / 1000, 1'000'000)),
                            "request_terminate_timeout in " + pool.place.file);
                    return;
                }
        }
    }

    bool isPoolOfNode(const parse::PhpFpmPool& pool) const
    {
        const auto canonical = [](const std::string& path) { return path.starts_with("/var/run/") ? path.substr(4) : path; };
        if (pool.endpoint.isUnix())
            return m_node.address.starts_with("unix:") && canonical(m_node.address.substr(5)) == canonical(pool.endpoint.path);
        return pool.endpoint.port != 0 && m_node.address.ends_with(":" + std::to_string(pool.endpoint.port));
    }

    /// Node's own cluster: the workers are children that run the same.
    void node()
    {
        if (const model::Unit* unit = m_host.unit(m_node.unit); unit && !unit->clusterPids.empty()) {
            m_found.workers = static_cast<int>(unit->clusterPids.size());
            return;
        }
        if (m_process.commandLine.starts_with("PM2 "))
            return; // the daemon of all its apps
        if (const int running = children(); running > 0)
            m_found.workers = running;
        // Programs may set server.keepAliveTimeout; most leave it.
        idle({}, {}, 5);
        m_found.idleLimitSetting = "Node's own default, unless its code sets server.keepAliveTimeout";
    }

    void java()
    {
        for (const std::string& word : m_words)
            if (word.starts_with("-Xmx"))
                m_found.heapLimit = word.substr(4);
        for (const model::JavaMemory& memory : m_host.facts().javaMemory)
            if (memory.pid == m_process.pid)
                m_found.oldGenerationPercent = memory.oldPercent;
        const std::string port = m_node.address.substr(m_node.address.rfind(':') + 1);
        for (const model::Setting* each : m_settings) {
            // "port:8080,protocol:HTTP/1.1,maxThreads:50" of server.xml
            if (each->key != "Connector" || m_node.software != "tomcat")
                continue;
            const std::string value = "," + each->value + ",";
            const std::size_t at = value.find(",maxThreads:");
            if (value.find(",port:" + port + ",") != std::string::npos && at != std::string::npos)
                m_found.threads = countFrom(std::string_view(value).substr(at + 12, value.find(',', at + 1) - at - 12));
        }
    }

    const HostIndex& m_host;
    const model::Node& m_node;
    const model::Process& m_process;
    std::vector<const model::Setting*> m_settings;
    Arguments m_words;
    AppRuntime m_found;
};

std::string counted(int count, const char* one) { return std::to_string(count) + " " + one + (count == 1 ? "" : "s"); }
}

AppRuntime appRuntime(const HostIndex& host, const model::Node& node)
{
    return host.process(node.pid) ? RuntimeReader(host, node).read() : AppRuntime();
}

std::string textOf(const AppRuntime& runtime)
{
    std::string text;
    const auto add = [&](const std::string& part) { text += (text.empty() ? "" : ", ") + part; };
    if (runtime.workers)
        add((runtime.isUpperLimit ? "at most " : "") + counted(*runtime.workers, "worker")
            + (runtime.threads ? " of " + counted(*runtime.threads, "thread") : ""));
    else if (runtime.threads)
        add("at most " + counted(*runtime.threads, "thread"));
    if (!runtime.pool.empty())
        add("pool " + runtime.pool);
    if (runtime.requestLimit)
        add("a request at most " + std::to_string(runtime.requestLimit->count() / 1000) + " s");
    if (!runtime.heapLimit.empty())
        add("heap at most " + runtime.heapLimit);
    if (runtime.oldGenerationPercent)
        add("old generation " + std::to_string(int(*runtime.oldGenerationPercent)) + " % full");
    return text;
}

}
