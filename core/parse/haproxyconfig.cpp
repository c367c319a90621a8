#include "core/parse/haproxyconfig.h"

#include "core/base/text.h"
#include "core/parse/lines.h"

#include <algorithm>
#include <array>
#include <optional>

namespace hopscope::parse {

namespace {
constexpr std::size_t haproxyWarningLimit = 1000;
constexpr std::size_t maximumLines = 1'000'000;
constexpr std::size_t maximumConditions = 64;

constexpr auto sectionKinds = std::to_array<std::string_view>({ "global", "defaults", "frontend", "backend", "listen",
    "resolvers", "peers", "mailers", "userlist", "program", "cache", "http-errors", "ring", "log-forward", "log-profile",
    "fcgi-app", "crt-store", "traces", "dynamic-update", "acme", "namespace_list" });

bool isSectionKind(std::string_view word)
{
    return std::find(sectionKinds.begin(), sectionKinds.end(), word) != sectionKinds.end();
}

bool isProxyKind(std::string_view kind)
{
    return kind == "frontend" || kind == "backend" || kind == "listen" || kind == "defaults";
}

/// A line that steers a template ("{% for … %}", "<% … %>", "[[ range ]]"): no configuration.
bool isTemplateControl(std::string_view line)
{
    return line.starts_with("{%") || line.starts_with("<%") || line.starts_with("{#") || line.starts_with("[[")
        || (line.starts_with("{{") && line.ends_with("}}") && line.find("}}") == line.size() - 2);
}

class Loader {
public:
    explicit Loader(const std::vector<model::ConfigFile>& files)
    {
        for (const model::ConfigFile& file : files)
            m_config.files.push_back(file.path);
        for (std::size_t i = 0; i < files.size(); ++i)
            if (files.size() == 1 || isHaproxyText(files[i].text))
                readFile(files[i].text, static_cast<int>(i));
    }

    HaproxyConfig take() { return std::move(m_config); }

private:
    void warn(std::string message)
    {
        if (m_config.warnings.size() < haproxyWarningLimit)
            m_config.warnings.push_back({ { m_config.files[static_cast<std::size_t>(m_file)], m_line }, std::move(message) });
    }

    void readFile(std::string_view text, int file)
    {
        m_file = file;
        m_current.reset();
        m_branches.clear();
        text = base::withoutByteOrderMark(text);
        for (const Line& line : linesOf(text)) {
            m_line = line.number;
            if (++m_count > maximumLines) {
                warn("the configuration is too large: the rest is left out");
                return;
            }
            readLine(trimmed(line.text));
        }
        if (!m_branches.empty())
            warn("an .if is not ended by .endif");
    }

    void readLine(std::string_view text)
    {
        if (text.empty() || text.front() == '#')
            return;
        if (isTemplateControl(text)) {
            if (m_templateFile != m_file)
                warn("this is a template that was not rendered: its own lines are left out");
            m_templateFile = m_file;
            return;
        }
        HaproxyWords read = haproxyWords(text, m_environment);
        if (!read.problem.empty())
            warn(read.problem);
        if (read.words.empty())
            return;
        const std::string first = read.words.front();
        if (first.starts_with('.') && readCondition(first, read.words))
            return;
        if (!isTaken())
            return;
        if (isSectionKind(first))
            openSection(read.words);
        else if (!m_current)
            warn("\"" + first + "\" stands outside of any section");
        else
            addLine(std::move(read.words));
    }

    void openSection(const std::vector<std::string>& words)
    {
        HaproxySection section;
        section.kind = words.front();
        section.file = m_file;
        section.line = m_line;
        std::size_t next = 1;
        if (words.size() > 1 && !(section.kind == "defaults" && words[1] == "from"))
            section.name = words[next++];
        section.arguments.assign(words.begin() + static_cast<std::ptrdiff_t>(std::min(next, words.size())), words.end());
        if (section.name.empty() && section.kind != "global" && section.kind != "defaults" && section.kind != "traces")
            warn("a \"" + section.kind + "\" section needs a name");
        m_current = m_config.sections.size();
        m_config.sections.push_back(std::move(section));
    }

    void addLine(std::vector<std::string> words)
    {
        HaproxySection& section = m_config.sections[*m_current];
        if (section.kind == "global")
            readGlobal(words);
        if (isProxyKind(section.kind) && !isHaproxyKeyword(words.front()))
            warn("unknown keyword \"" + words.front() + "\" in a \"" + section.kind + "\" section");
        section.lines.push_back({ std::move(words), m_file, m_line });
    }

    /// setenv and presetenv are in force from here on.
    void readGlobal(const std::vector<std::string>& words)
    {
        if (words.size() < 3 || (words[0] != "setenv" && words[0] != "presetenv"))
            return;
        if (words[0] == "presetenv" && isSet(words[1]))
            return;
        m_environment.emplace_back(words[1], words[2]);
    }

    bool isSet(const std::string& name) const
    {
        return std::any_of(
            m_environment.begin(), m_environment.end(), [&](const auto& each) { return each.first == name; });
    }

    struct Branch {
        bool isOuterTaken = true;
        bool wasTaken = false;
        bool isTaken = false;
    };
    bool isTaken() const { return m_branches.empty() || m_branches.back().isTaken; }

    /// Whether the word was one of the preprocessor's.
    bool readCondition(const std::string& word, const std::vector<std::string>& words)
    {
        std::string text;
        for (std::size_t i = 1; i < words.size(); ++i)
            text += words[i];
        if (word == ".if") {
            Branch branch;
            branch.isOuterTaken = isTaken();
            branch.isTaken = branch.isOuterTaken && m_branches.size() < maximumConditions && holds(text);
            branch.wasTaken = branch.isTaken;
            m_branches.push_back(branch);
        } else if (word == ".elif" || word == ".else") {
            if (m_branches.empty()) {
                warn(word + " without .if");
                return true;
            }
            Branch& branch = m_branches.back();
            branch.isTaken = branch.isOuterTaken && !branch.wasTaken && (word == ".else" || holds(text));
            branch.wasTaken = branch.wasTaken || branch.isTaken;
        } else if (word == ".endif") {
            if (m_branches.empty())
                warn(".endif without .if");
            else
                m_branches.pop_back();
        } else {
            return word == ".notice" || word == ".warning" || word == ".alert" || word == ".diag";
        }
        return true;
    }

    bool holds(std::string_view text) const
    {
        if (text.starts_with('!'))
            return !holds(text.substr(1));
        if (text == "0" || text == "false" || text.empty())
            return false;
        const auto inside = [&](std::string_view name) -> std::optional<std::string_view> {
            if (!text.starts_with(name) || !text.ends_with(')'))
                return {};
            return text.substr(name.size(), text.size() - name.size() - 1);
        };
        if (const auto name = inside("defined("))
            return isSet(std::string(*name));
        if (inside("version_before("))
            return false;
        if (const auto pair = inside("streq(")) {
            const std::size_t comma = pair->find(',');
            return comma != std::string_view::npos && pair->substr(0, comma) == pair->substr(comma + 1);
        }
        if (const auto pair = inside("strneq(")) {
            const std::size_t comma = pair->find(',');
            return comma == std::string_view::npos || pair->substr(0, comma) != pair->substr(comma + 1);
        }
        return true;
    }

    HaproxyConfig m_config;
    HaproxyEnvironment m_environment;
    std::optional<std::size_t> m_current;
    std::vector<Branch> m_branches;
    int m_file = 0;
    int m_line = 0;
    int m_templateFile = -1;
    std::size_t m_count = 0;
};
}

model::FilePlace HaproxyConfig::place(const HaproxyLine& line) const
{
    return { files[static_cast<std::size_t>(line.file)], line.line };
}

bool isHaproxyText(std::string_view text)
{
    text = base::withoutByteOrderMark(text);
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        std::string_view line = trimmed(text.substr(0, end));
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        line = line.substr(0, line.find('#'));
        const std::vector<std::string_view> words = wordsOf(line, 4);
        if (words.empty())
            continue;
        if ((words[0] == "global" && words.size() == 1) || (words[0] == "defaults" && words.size() <= 2))
            return true;
        // "listen 80;" is nginx's
        const bool isNamed = words[0] == "frontend" || words[0] == "backend" || words[0] == "listen";
        if (isNamed && words.size() >= 2 && words[1].find_first_not_of("0123456789") != std::string_view::npos
            && words[1].find_first_of(";{") == std::string_view::npos
            && (words.size() == 2 || words[2] == "from" || words[2].find(':') != std::string_view::npos))
            return true;
    }
    return false;
}

HaproxyConfig loadHaproxyConfig(const std::vector<model::ConfigFile>& files) { return Loader(files).take(); }

}
