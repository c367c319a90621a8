#include "core/parse/apacheconfig.h"

#include "core/base/text.h"
#include "core/parse/apachekeywords.h"
#include "core/parse/glob.h"
#include "core/parse/lines.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <set>

namespace hopscope::parse {

namespace {
constexpr std::size_t maximumIncludeDepth = 32;
constexpr std::size_t maximumIncludes = 5000;
constexpr std::size_t apacheDepthLimit = 64;
constexpr std::size_t maximumDirectives = 1'000'000;
constexpr std::size_t apacheWarningLimit = 1000;
constexpr std::size_t maximumLine = 1024 * 1024;

std::string joined(const std::string& folder, const std::string& path)
{
    return folder.empty() ? path : folder.ends_with('/') ? folder + path : folder + "/" + path;
}

/// "mod_ssl.c" and "ssl_module" to "ssl"; "event.c" to "mpm_event".
std::string moduleStem(std::string_view name)
{
    if (name.ends_with("_module"))
        return std::string(name.substr(0, name.size() - 7));
    if (name.ends_with(".c"))
        name.remove_suffix(2);
    if (name.starts_with("mod_"))
        return std::string(name.substr(4));
    if (name == "event" || name == "worker" || name == "prefork")
        return "mpm_" + std::string(name);
    return std::string(name);
}

/// A logical line with the number of its first physical one.
struct SourceLine {
    std::string text;
    int file = 0;
    int number = 0;
};

/// Lines joined where they end with a backslash.
std::vector<SourceLine> logicalLines(std::string_view text, int file)
{
    text = base::withoutByteOrderMark(text);
    std::vector<SourceLine> result;
    bool isContinued = false;
    for (const Line& line : linesOf(text)) {
        std::string_view part = line.text;
        const bool continues = part.ends_with('\\');
        if (continues)
            part.remove_suffix(1);
        if (isContinued) {
            if (result.back().text.size() < maximumLine)
                result.back().text += part;
        } else {
            result.push_back({ std::string(part), file, line.number });
        }
        isContinued = continues;
    }
    return result;
}

/// "2.4.57" against "2.4", as IfVersion does: missing parts are zero.
int compareVersions(std::string_view left, std::string_view right)
{
    for (int i = 0; i < 3; ++i) {
        const std::string_view one = takeUntil(left, ".");
        const std::string_view other = takeUntil(right, ".");
        const int difference = numberOf<int>(one).value_or(0) - numberOf<int>(other).value_or(0);
        if (difference != 0)
            return difference;
    }
    return 0;
}

struct Macro {
    std::vector<std::string> parameters;
    std::vector<SourceLine> lines;
};

class Loader {
public:
    Loader(const std::vector<model::ConfigFile>& files, const std::string& mainFile, const ApacheRuntime& runtime)
        : m_files(files)
        , m_mainFolder(base::folderOf(mainFile))
        , m_root(runtime.serverRoot.empty() ? rootOf(mainFile) : runtime.serverRoot)
        , m_version(runtime.version.empty() ? "2.4.62" : runtime.version)
    {
        for (std::size_t i = 0; i < files.size(); ++i) {
            m_config.files.push_back(files[i].path);
            m_sorted.push_back(i);
        }
        std::sort(m_sorted.begin(), m_sorted.end(),
            [&](std::size_t a, std::size_t b) { return files[a].path < files[b].path; });
        readEnvironment();
        for (const std::string& each : runtime.defines)
            m_config.defines.emplace(each.substr(0, each.find('=')), each.find('=') == std::string::npos ? "" : each.substr(each.find('=') + 1));
        for (const std::string& each : runtime.modules)
            m_modules.insert(moduleStem(each));
        m_areModulesKnown = !m_modules.empty();
        const auto main = std::find_if(files.begin(), files.end(), [&](const model::ConfigFile& file) { return file.path == mainFile; });
        if (main == files.end())
            warn({ {}, 0, 0 }, "the main configuration file \"" + mainFile + "\" could not be read");
        else
            readFile(static_cast<std::size_t>(main - files.begin()), m_config.directives);
    }

    ApacheConfig take() { return std::move(m_config); }

private:
    /// "/etc/httpd/conf/httpd.conf" belongs to the root /etc/httpd.
    static std::string rootOf(const std::string& mainFile)
    {
        const std::string folder = base::folderOf(mainFile);
        return folder.ends_with("/conf") ? base::folderOf(folder) : folder;
    }

    void warn(const SourceLine& line, std::string message)
    {
        if (m_config.warnings.size() < apacheWarningLimit)
            m_config.warnings.push_back({ { m_files.empty() ? std::string() : m_files[static_cast<std::size_t>(line.file)].path, line.number },
                std::move(message) });
    }

    /// Debian's envvars: "export APACHE_RUN_USER=www-data".
    void readEnvironment()
    {
        std::map<std::string, std::string>& defines = m_config.defines;
        for (const model::ConfigFile& file : m_files) {
            if (file.path.substr(file.path.rfind('/') + 1) != "envvars")
                continue;
            for (const Line& line : linesOf(file.text)) {
                std::string_view text = trimmed(line.text);
                if (text.starts_with("export "))
                    text = trimmed(text.substr(7));
                const std::size_t equals = text.find('=');
                if (equals == std::string_view::npos || !text.starts_with("APACHE_"))
                    continue;
                std::string value(text.substr(equals + 1));
                std::erase(value, '"');
                for (const std::string_view suffix : { "$SUFFIX", "${SUFFIX}" })
                    if (const std::size_t at = value.find(suffix); at != std::string::npos)
                        value.erase(at, suffix.size());
                if (value.find('$') == std::string::npos)
                    defines.insert_or_assign(std::string(text.substr(0, equals)), value);
            }
        }
        // Debian's own values, where its envvars were not read.
        for (const auto& [name, value] : { std::pair("APACHE_RUN_USER", "www-data"), std::pair("APACHE_RUN_GROUP", "www-data"),
                 std::pair("APACHE_LOG_DIR", "/var/log/apache2"), std::pair("APACHE_RUN_DIR", "/var/run/apache2"),
                 std::pair("APACHE_LOCK_DIR", "/var/lock/apache2"), std::pair("APACHE_PID_FILE", "/var/run/apache2/apache2.pid") })
            defines.emplace(name, value);
    }

    /// "${NAME}" and, in names of hosts, "${NAME}.example".
    std::string filled(const SourceLine& line)
    {
        const std::string& text = line.text;
        if (text.find("${") == std::string::npos)
            return text;
        std::string result;
        for (std::size_t at = 0; at < text.size();) {
            const std::size_t close = text.compare(at, 2, "${") == 0 ? text.find('}', at) : std::string::npos;
            if (close == std::string::npos) {
                result += text[at++];
                continue;
            }
            const std::string name = text.substr(at + 2, close - at - 2);
            const auto known = m_config.defines.find(name);
            if (known != m_config.defines.end()) {
                result += known->second;
            } else {
                // a rewrite map's look-up stays: "${map:key}"
                if (name.find(':') == std::string::npos)
                    warn(line, "\"${" + name + "}\" is not defined");
                result += text.substr(at, close + 1 - at);
            }
            at = close + 1;
        }
        return result;
    }

    void readFile(std::size_t index, std::vector<ApacheDirective>& into)
    {
        m_stack.push_back(index);
        readLines(logicalLines(m_files[index].text, static_cast<int>(index)), into);
        m_stack.pop_back();
    }

    /// One section that is open: where its directives go, or whether it is left out.
    struct Open {
        std::string name;
        SourceLine line;
        std::vector<ApacheDirective>* into = nullptr;
        bool isTaken = true;
    };

    void readLines(const std::vector<SourceLine>& lines, std::vector<ApacheDirective>& into)
    {
        std::vector<Open> open;
        for (std::size_t i = 0; i < lines.size(); ++i) {
            const std::string_view text = trimmed(lines[i].text);
            if (text.empty() || text.front() == '#')
                continue;
            if (++m_count > maximumDirectives) {
                if (m_count == maximumDirectives + 1)
                    warn(lines[i], "the configuration is too large: the rest is left out");
                return;
            }
            std::vector<ApacheDirective>& here = open.empty() ? into : *open.back().into;
            const bool isTaken = open.empty() || open.back().isTaken;
            if (isTemplateControl(text)) {
                if (isTaken && m_templateFile != lines[i].file)
                    warn(lines[i], "this is a template that was not rendered: its own lines are left out");
                m_templateFile = lines[i].file;
            } else if (text.starts_with("</")) {
                closeSection(text, lines[i], open);
            } else if (text.front() == '<') {
                if (isTaken && base::lowered(text).starts_with("<macro "))
                    i = readMacro(lines, i);
                else
                    openSection(lines[i], here, isTaken, open);
            } else if (isTaken) {
                readDirective(lines[i], here);
            }
        }
        for (const Open& each : open)
            if (each.isTaken)
                warn(each.line, "<" + each.name + "> is not closed");
    }

    static bool isTemplateControl(std::string_view text)
    {
        return text.starts_with("{%") || text.starts_with("<%") || text.starts_with("{#")
            || (text.starts_with("{{") && text.ends_with("}}"));
    }

    void closeSection(std::string_view text, const SourceLine& line, std::vector<Open>& open)
    {
        const std::string name = base::lowered(trimmed(text.substr(2, text.find('>') - 2)));
        const auto found = std::find_if(open.rbegin(), open.rend(), [&](const Open& each) { return each.name == name; });
        if (found == open.rend()) {
            warn(line, "</" + name + "> closes nothing");
            return;
        }
        while (open.back().name != name) {
            warn(open.back().line, "<" + open.back().name + "> is not closed before </" + name + ">");
            open.pop_back();
        }
        open.pop_back();
    }

    void openSection(const SourceLine& line, std::vector<ApacheDirective>& here, bool isTaken, std::vector<Open>& open)
    {
        SourceLine whole = line;
        whole.text = isTaken ? filled(line) : line.text;
        std::string_view text = trimmed(whole.text).substr(1);
        if (text.ends_with('>'))
            text.remove_suffix(1);
        else if (isTaken)
            warn(line, "the section's opening lacks its \">\"");
        const std::size_t nameEnd = std::min(text.find_first_of(" \t"), text.size());
        const std::string name = base::lowered(text.substr(0, nameEnd));
        const std::string_view rest = trimmed(text.substr(nameEnd));
        if (const auto condition = isTaken ? decided(name, rest) : std::nullopt) {
            open.push_back({ name, line, &here, *condition });
            return;
        }
        if (!isTaken || open.size() + m_sectionDepth >= apacheDepthLimit) {
            open.push_back({ name, line, &here, false });
            return;
        }
        ApacheDirective section;
        section.name = name;
        section.arguments = apacheWords(rest);
        section.text = std::string(rest);
        section.file = line.file;
        section.line = line.number;
        section.isSection = true;
        here.push_back(std::move(section));
        open.push_back({ name, line, &here.back().block, true });
    }

    /// Whether a condition that holds while the configuration is read does hold; nothing for other sections.
    std::optional<bool> decided(const std::string& name, std::string_view rest)
    {
        const std::vector<std::string> words = apacheWords(rest);
        std::string first = words.empty() ? std::string() : words.front();
        const bool isNegated = first.starts_with('!');
        if (isNegated)
            first.erase(0, 1);
        if (name == "ifmodule")
            return (!m_areModulesKnown || hasModule(first)) != isNegated;
        if (name == "ifdefine")
            return m_config.defines.contains(first) != isNegated;
        if (name == "ifversion") {
            const bool hasOperator = !first.empty() && std::string_view("<>=!~").find(first.front()) != std::string_view::npos;
            const int order = compareVersions(m_version, hasOperator && words.size() > 1 ? words[1] : first);
            const std::string test = hasOperator ? (isNegated ? "!" + first : first) : "=";
            return test == ">=" ? order >= 0 : test == ">" ? order > 0 : test == "<=" ? order <= 0 : test == "<" ? order < 0
                : test == "!="                                                        ? order != 0
                                                                                      : order == 0;
        }
        if (name == "iffile") {
            const bool isThere = std::any_of(m_files.begin(), m_files.end(), [&](const model::ConfigFile& file) { return file.path == first; });
            return isThere != isNegated;
        }
        if (name == "ifdirective" || name == "ifsection")
            return !isNegated;
        return {};
    }

    bool hasModule(const std::string& name) const
    {
        constexpr auto always = std::to_array<std::string_view>({ "core", "so", "http", "http_core", "log_config", "version", "unixd" });
        const std::string stem = moduleStem(name);
        return m_modules.contains(stem) || std::find(always.begin(), always.end(), stem) != always.end();
    }

    /// <Macro name $a $b> to </Macro>; the index of its last line.
    std::size_t readMacro(const std::vector<SourceLine>& lines, std::size_t start)
    {
        std::string text(trimmed(lines[start].text));
        text = text.substr(1, text.size() - (text.ends_with('>') ? 2 : 1));
        std::vector<std::string> words = apacheWords(text);
        Macro macro;
        std::size_t end = start + 1;
        while (end < lines.size() && !base::lowered(trimmed(lines[end].text)).starts_with("</macro"))
            macro.lines.push_back(lines[end++]);
        if (end == lines.size())
            warn(lines[start], "<Macro> is not closed");
        if (words.size() < 2)
            return end;
        macro.parameters.assign(words.begin() + 2, words.end());
        m_macros.insert_or_assign(base::lowered(words[1]), std::move(macro));
        return end;
    }

    void readDirective(const SourceLine& line, std::vector<ApacheDirective>& into)
    {
        SourceLine whole = line;
        whole.text = filled(line);
        std::string_view text = trimmed(whole.text);
        const std::size_t nameEnd = std::min(text.find_first_of(" \t"), text.size());
        ApacheDirective directive;
        directive.name = base::lowered(text.substr(0, nameEnd));
        directive.text = std::string(trimmed(text.substr(nameEnd)));
        directive.arguments = apacheWords(directive.text);
        directive.file = line.file;
        directive.line = line.number;
        const std::vector<std::string>& arguments = directive.arguments;
        if (directive.name == "include" || directive.name == "includeoptional") {
            for (const std::string& each : arguments)
                include(each, directive.name == "includeoptional", line, into);
            return;
        }
        if (directive.name == "use" && !arguments.empty()) {
            useMacro(arguments, line, into);
            return;
        }
        if (const std::string_view meant = meantBy(directive.name); !meant.empty())
            warn(line, "\"" + std::string(text.substr(0, nameEnd)) + "\" is no directive of Apache's; \"" + std::string(meant) + "\" may be meant");
        if (directive.name == "define" && !arguments.empty())
            m_config.defines.insert_or_assign(arguments[0], arguments.size() > 1 ? arguments[1] : std::string());
        else if (directive.name == "undefine" && !arguments.empty())
            m_config.defines.erase(arguments[0]);
        else if (directive.name == "serverroot" && !arguments.empty())
            m_root = arguments[0];
        else if (directive.name == "loadmodule" && !arguments.empty()) {
            m_modules.insert(moduleStem(arguments[0]));
            m_areModulesKnown = true;
        }
        into.push_back(std::move(directive));
    }

    /// Each name is looked at once: looking takes time.
    std::string_view meantBy(const std::string& name)
    {
        constexpr std::size_t maximumNames = 1000;
        const bool isNew = m_names.size() < maximumNames && m_names.insert(name).second;
        return isNew ? meantApacheDirective(name) : std::string_view();
    }

    void useMacro(const std::vector<std::string>& words, const SourceLine& line, std::vector<ApacheDirective>& into)
    {
        const auto macro = m_macros.find(base::lowered(words.front()));
        if (macro == m_macros.end()) {
            warn(line, "the macro \"" + words.front() + "\" is not defined");
            return;
        }
        if (++m_macroDepth > maximumIncludeDepth || ++m_macroUses > maximumIncludes) {
            warn(line, "macros that use each other without end: this one is left out");
            --m_macroDepth;
            return;
        }
        const Macro& used = macro->second;
        if (words.size() - 1 != used.parameters.size())
            warn(line, "the macro \"" + words.front() + "\" takes " + std::to_string(used.parameters.size()) + " arguments");
        // the longest name first: $hostname is not $host with "name" behind it
        std::vector<std::size_t> order;
        for (std::size_t i = 0; i < used.parameters.size() && i + 1 < words.size(); ++i)
            order.push_back(i);
        std::stable_sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return used.parameters[a].size() > used.parameters[b].size(); });
        std::vector<SourceLine> lines = used.lines;
        for (SourceLine& each : lines)
            for (const std::size_t i : order)
                replaceAll(each.text, used.parameters[i], words[i + 1]);
        m_sectionDepth += 8; // its sections count as deeper, so that macros in macros end
        readLines(lines, into);
        m_sectionDepth -= 8;
        --m_macroDepth;
    }

    static void replaceAll(std::string& text, const std::string& what, const std::string& with)
    {
        if (what.empty())
            return;
        for (std::size_t at = text.find(what); at != std::string::npos && text.size() < maximumLine; at = text.find(what, at + with.size()))
            text.replace(at, what.size(), with);
    }

    void include(const std::string& wanted, bool isOptional, const SourceLine& line, std::vector<ApacheDirective>& into)
    {
        if (m_stack.size() >= maximumIncludeDepth || ++m_includes > maximumIncludes) {
            warn(line, "too many includes inside each other: \"" + wanted + "\" is left out");
            return;
        }
        const std::vector<std::size_t> found = matches(wanted);
        const bool isPattern = wanted.find_first_of("*?[") != std::string::npos;
        if (found.empty() && !isOptional && !isPattern)
            warn(line, "the included file \"" + wanted + "\" could not be read");
        for (const std::size_t index : found) {
            if (std::find(m_stack.begin(), m_stack.end(), index) != m_stack.end()) {
                warn(line, "\"" + m_files[index].path + "\" includes itself; it is left out here");
                continue;
            }
            m_sectionDepth += 1;
            readFile(index, into);
            m_sectionDepth -= 1;
        }
    }

    std::vector<std::size_t> matches(const std::string& wanted) const
    {
        const bool isAbsolute = wanted.starts_with('/');
        std::vector<std::size_t> found = filesAt(isAbsolute ? wanted : joined(m_root, wanted));
        if (found.empty() && !isAbsolute) {
            found = filesAt(joined(m_mainFolder, wanted));
            if (found.empty() && !m_mainFolder.empty())
                found = filesAt(joined(base::folderOf(m_mainFolder), wanted));
        }
        // A copied configuration: the tails of the path beside the main file, and beside its folder.
        for (std::size_t slash = 0; found.empty() && isAbsolute && slash != std::string::npos; slash = wanted.find('/', slash + 1)) {
            const std::string tail = wanted.substr(slash + 1);
            if (tail.find('/') == std::string::npos && tail.find_first_of("*?[") != std::string::npos)
                break; // "*.conf" alone says too little
            found = filesAt(joined(m_mainFolder, tail));
            if (found.empty() && !m_mainFolder.empty())
                found = filesAt(joined(base::folderOf(m_mainFolder), tail));
        }
        return found;
    }

    /// A file, a pattern, or a folder with all below it.
    std::vector<std::size_t> filesAt(std::string path) const
    {
        while (path.ends_with('/'))
            path.pop_back();
        while (path.starts_with("./"))
            path.erase(0, 2);
        std::vector<std::size_t> found;
        const bool isPattern = path.find_first_of("*?[") != std::string::npos;
        for (const std::size_t index : m_sorted) {
            const std::string& each = m_files[index].path;
            if (each == path || (!isPattern && each.starts_with(path + "/")) || (isPattern && matchesPath(path, each)))
                found.push_back(index);
        }
        return found;
    }

    const std::vector<model::ConfigFile>& m_files;
    std::string m_mainFolder;
    std::string m_root;
    std::string m_version;
    ApacheConfig m_config;
    std::map<std::string, Macro> m_macros;
    std::set<std::string> m_modules;
    bool m_areModulesKnown = false;
    std::vector<std::size_t> m_sorted;
    std::vector<std::size_t> m_stack;
    std::size_t m_includes = 0;
    std::size_t m_count = 0;
    std::set<std::string> m_names; ///< of directives, as far as they were looked at
    std::size_t m_macroDepth = 0;
    std::size_t m_macroUses = 0;
    std::size_t m_sectionDepth = 0;
    int m_templateFile = -1;
};
}

model::FilePlace ApacheConfig::place(const ApacheDirective& directive) const
{
    return { files[static_cast<std::size_t>(directive.file)], directive.line };
}

ApacheConfig loadApacheConfig(
    const std::vector<model::ConfigFile>& files, const std::string& mainFile, const ApacheRuntime& runtime)
{
    return Loader(files, mainFile, runtime).take();
}

std::vector<ApacheDirective> readApacheFile(const model::ConfigFile& file)
{
    return Loader({ file }, file.path, {}).take().directives;
}

}
