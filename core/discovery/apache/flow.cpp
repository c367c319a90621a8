#include "core/discovery/apache/flow.h"

#include "core/base/text.h"
#include "core/discovery/apache/layers.h"
#include "core/discovery/apache/rewrite.h"
#include "core/discovery/apache/worker.h"
#include "core/discovery/urlpath.h"

#include <algorithm>
#include <cctype>

namespace hopscope::discovery::apache {

namespace {
constexpr int maximumRedirects = 10; // Apache's own limit

/// How much of the path a ProxyPass or Alias takes; nothing where it does not match.
std::optional<std::size_t> prefixLength(const std::string& path, const std::string& prefix)
{
    if (prefix.empty() || !path.starts_with(prefix))
        return {};
    if (!prefix.ends_with('/') && path.size() > prefix.size() && path[prefix.size()] != '/')
        return {};
    return prefix.size();
}

std::string withGroups(const std::string& text, const PatternMatch& match)
{
    std::string result;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char next = i + 1 < text.size() ? text[i + 1] : '\0';
        if (text[i] == '$' && next >= '0' && next <= '9') {
            const auto group = static_cast<std::size_t>(next - '0');
            result += group < match.groups.size() ? match.groups[group] : std::string();
            ++i;
        } else {
            result += text[i];
        }
    }
    return result;
}

class RequestFlow {
public:
    RequestFlow(State state, const ProxyListener& from)
        : m_state(std::move(state))
        , m_from(from)
    {
    }

    FlowResult run()
    {
        for (int round = 0; round < maximumRedirects; ++round)
            if (step())
                return std::move(m_result);
        m_result.note = "answers 500: more than 10 internal redirects";
        return std::move(m_result);
    }

private:
    /// Whether the request found its end; else it starts again with another path.
    bool step()
    {
        m_state.file.clear();
        const Layers early = layersOfPath(m_state);
        if (rewriteByServer())
            return true;
        if (!m_isMapped && (passByLocation(early) || passByServer(early) || redirectOrAlias()))
            return true;
        if (m_state.file.empty())
            m_state.file = m_state.server->value("documentroot") + m_state.path;
        m_isMapped = false;
        FolderRules rules;
        const Layers layers = layersOfFile(m_state, rules);
        if (isDenied(layers))
            return end("answers 403");
        if (const auto done = rewriteByFolder(layers, rules))
            return *done;
        if (redirectByFolder(layers))
            return true;
        return handle(layers);
    }

    bool end(std::string note)
    {
        m_result.note = std::move(note);
        return true;
    }

    std::string placeText(const parse::ApacheDirective& directive) const
    {
        return " (" + m_state.configuration->place(directive).text() + ")";
    }

    bool pass(const Layers& layers, const Pass& what)
    {
        PassResult found = targetsOf(m_state, layers, m_from, what);
        const bool isAny = !found.targets.empty();
        std::move(found.targets.begin(), found.targets.end(), std::back_inserter(m_result.targets));
        m_result.warnings.insert(m_result.warnings.end(), found.warnings.begin(), found.warnings.end());
        return isAny || end("can't tell where " + what.url + " leads" + placeText(*what.directive));
    }

    /// What rewriting ended with, where that ends the request too.
    std::optional<bool> ended(const RewriteEnd& result, const Layers& layers)
    {
        switch (result.kind) {
        case RewriteEnd::Kind::Unchanged:
        case RewriteEnd::Kind::Path: return {};
        case RewriteEnd::Kind::Redirect: return end("redirects to " + result.text);
        case RewriteEnd::Kind::Status: return end("answers " + std::to_string(result.status) + placeText(*result.rule));
        case RewriteEnd::Kind::Proxy: {
            Pass what;
            what.directive = result.rule;
            what.url = result.text;
            what.isOnPath = true;
            return pass(layers, what);
        }
        }
        return {};
    }

    /// The rules of the virtual host, not those of the main server, unless it asks for them.
    bool rewriteByServer()
    {
        const Block& own = *m_state.server->own;
        bool isOn = false;
        bool inherits = false;
        for (const parse::ApacheDirective& each : own) {
            if (each.name == "rewriteengine" && !each.arguments.empty())
                isOn = base::lowered(each.arguments.front()) == "on";
            if (each.name == "rewriteoptions")
                for (const std::string& option : each.arguments)
                    inherits = inherits || base::lowered(option).starts_with("inherit");
        }
        if (!isOn || m_isFinal)
            return false;
        RewriteEnd result = runRewrites(m_state, own, {}, {});
        if (result.kind == RewriteEnd::Kind::Unchanged && inherits && m_state.server->main)
            result = runRewrites(m_state, *m_state.server->main, {}, {});
        const Layers layers = layersOfPath(m_state);
        if (const auto done = ended(result, layers))
            return *done;
        m_isFinal = m_isFinal || result.isFinal;
        if (result.kind != RewriteEnd::Kind::Path)
            return false;
        if (result.isPassedThrough) {
            m_state.path = normalizedPath(result.text);
            return false;
        }
        // The new path is a file's: ProxyPass and Alias do not see it.
        const std::string root = m_state.server->value("documentroot");
        m_state.file = result.text.starts_with(root + "/") && !root.empty() ? result.text : root + result.text;
        m_state.path = result.text.starts_with(root + "/") && !root.empty() ? m_state.path : result.text;
        m_isMapped = true;
        return false;
    }

    /// ProxyPass in <Location>: the last section that has one.
    bool passByLocation(const Layers& layers)
    {
        for (auto block = layers.blocks().rbegin(); block != layers.blocks().rend(); ++block) {
            if (*block == m_state.server->own || *block == m_state.server->main)
                continue;
            for (auto each = (*block)->rbegin(); each != (*block)->rend(); ++each) {
                if ((each->name != "proxypass" && each->name != "proxypassmatch") || each->arguments.empty())
                    continue;
                const parse::ApacheDirective* location = locationOf(**block);
                if (!location)
                    return false;
                return passWithin(*each, *location, layers);
            }
        }
        return false;
    }

    const parse::ApacheDirective* locationOf(const Block& block) const
    {
        for (const Block* top : { m_state.server->own, m_state.server->main })
            if (top)
                for (const parse::ApacheDirective& each : *top)
                    if (&each.block == &block && (each.name == "location" || each.name == "locationmatch"))
                        return &each;
        return nullptr;
    }

    bool passWithin(const parse::ApacheDirective& directive, const parse::ApacheDirective& location, const Layers& layers)
    {
        if (directive.arguments.front() == "!") {
            m_isExcluded = true;
            return false;
        }
        const bool isRegex = location.name == "locationmatch" || location.arguments.front() == "~" || directive.name == "proxypassmatch";
        const std::string subject = location.arguments.front() == "~" && location.arguments.size() > 1 ? location.arguments[1] : location.arguments.front();
        Pass what;
        what.directive = &directive;
        what.url = directive.arguments.front();
        what.parameters = parametersOf(directive.arguments, 1);
        what.isOnPath = true;
        if (isRegex) {
            const Pattern pattern(subject);
            const auto match = pattern.isValid() ? pattern.match(m_state.path) : std::nullopt;
            if (!match)
                return false;
            // without a reference the whole path is appended
            if (what.url.find('$') == std::string::npos)
                what.rest = m_state.path;
            else
                what.url = withGroups(what.url, *match);
        } else {
            const auto length = prefixLength(m_state.path, subject);
            if (!length)
                return false;
            what.rest = m_state.path.substr(*length);
        }
        return pass(layers, what);
    }

    /// ProxyPass and ProxyPassMatch of the virtual host, then of the main server: the first that matches.
    bool passByServer(const Layers& layers)
    {
        if (m_isExcluded)
            return false;
        for (const Block* block : { m_state.server->own, m_state.server->main }) {
            if (!block)
                continue;
            for (const parse::ApacheDirective& each : *block) {
                if ((each.name != "proxypass" && each.name != "proxypassmatch") || each.arguments.size() < 2)
                    continue;
                Pass what;
                if (!matches(each, what))
                    continue;
                if (each.arguments[1] == "!")
                    return false;
                return pass(layers, what);
            }
        }
        return false;
    }

    bool matches(const parse::ApacheDirective& directive, Pass& what) const
    {
        what.directive = &directive;
        what.parameters = parametersOf(directive.arguments, 2);
        what.isOnPath = true;
        if (directive.name == "proxypassmatch") {
            const Pattern pattern(directive.arguments[0]);
            const auto match = pattern.isValid() ? pattern.match(m_state.path) : std::nullopt;
            if (!match)
                return false;
            what.url = withGroups(directive.arguments[1], *match);
            if (directive.arguments[1].find('$') == std::string::npos)
                what.rest = m_state.path;
            return true;
        }
        const auto length = prefixLength(m_state.path, directive.arguments[0]);
        if (!length)
            return false;
        what.url = directive.arguments[1];
        what.rest = m_state.path.substr(*length);
        return true;
    }

    /// Redirect and Alias, as the server has them.
    bool redirectOrAlias()
    {
        if (redirectIn(m_state.server->own) || redirectIn(m_state.server->main))
            return true;
        for (const Block* block : { m_state.server->own, m_state.server->main }) {
            if (!block)
                continue;
            for (const parse::ApacheDirective& each : *block)
                if (aliasTakes(each))
                    return false;
        }
        return false;
    }

    bool aliasTakes(const parse::ApacheDirective& each)
    {
        if (each.arguments.size() < 2)
            return false;
        if (each.name == "alias" || each.name == "scriptalias") {
            const auto length = prefixLength(m_state.path, each.arguments[0]);
            if (!length)
                return false;
            m_state.file = each.arguments[1] + m_state.path.substr(*length);
            return true;
        }
        if (each.name == "aliasmatch" || each.name == "scriptaliasmatch") {
            const Pattern pattern(each.arguments[0]);
            const auto match = pattern.isValid() ? pattern.match(m_state.path) : std::nullopt;
            if (!match)
                return false;
            m_state.file = withGroups(each.arguments[1], *match);
            return true;
        }
        return false;
    }

    bool redirectByFolder(const Layers& layers)
    {
        for (const Block* block : layers.blocks())
            if (block != m_state.server->own && block != m_state.server->main && redirectIn(block))
                return true;
        return false;
    }

    bool redirectIn(const Block* block)
    {
        if (!block)
            return false;
        for (const parse::ApacheDirective& each : *block) {
            std::vector<std::string> words = each.arguments;
            const bool isMatch = each.name == "redirectmatch";
            if (!isMatch && each.name != "redirect" && each.name != "redirectpermanent" && each.name != "redirecttemp")
                continue;
            int status = each.name == "redirectpermanent" ? 301 : 302;
            if (!words.empty() && !words.front().starts_with('/') && !isMatchPattern(words, isMatch)) {
                const std::string word = base::lowered(words.front());
                status = word == "permanent" ? 301 : word == "temp" ? 302 : word == "seeother" ? 303 : word == "gone" ? 410 : std::atoi(word.c_str());
                words.erase(words.begin());
            }
            if (words.empty())
                continue;
            const std::string query = m_state.query.empty() ? std::string() : "?" + m_state.query;
            if (isMatch) {
                const Pattern pattern(words[0]);
                const auto match = pattern.isValid() ? pattern.match(m_state.path) : std::nullopt;
                if (!match)
                    continue;
                return words.size() < 2 ? end("answers " + std::to_string(status) + placeText(each))
                                        : end("redirects to " + withGroups(words[1], *match) + (words[1].find('?') == std::string::npos ? query : ""));
            }
            const auto length = prefixLength(m_state.path, words[0]);
            if (!length)
                continue;
            return words.size() < 2 ? end("answers " + std::to_string(status) + placeText(each))
                                    : end("redirects to " + words[1] + m_state.path.substr(*length) + query);
        }
        return false;
    }

    /// `RedirectMatch ^/x …` has no status word in front.
    static bool isMatchPattern(const std::vector<std::string>& words, bool isMatch)
    {
        const std::string word = base::lowered(words.front());
        const bool isStatus = word == "permanent" || word == "temp" || word == "seeother" || word == "gone"
            || (word.size() == 3 && std::all_of(word.begin(), word.end(), [](unsigned char c) { return std::isdigit(c); }));
        return isMatch && !isStatus;
    }

    static bool isDenied(const Layers& layers)
    {
        for (auto block = layers.blocks().rbegin(); block != layers.blocks().rend(); ++block) {
            bool hasRequire = false;
            bool isAllDenied = true;
            for (const parse::ApacheDirective& each : **block)
                if (each.name == "require" || each.name == "requireany" || each.name == "requireall") {
                    hasRequire = true;
                    isAllDenied = isAllDenied && !each.isSection && base::lowered(each.text) == "all denied";
                }
            if (hasRequire)
                return isAllDenied;
        }
        return false;
    }

    /// A folder's rules need an engine switched on in a folder: the server's own is another one.
    bool isRewritingBelow(const Layers& layers) const
    {
        bool isOn = false;
        for (const Block* block : layers.blocks()) {
            if (block == m_state.server->own || block == m_state.server->main)
                continue;
            for (const parse::ApacheDirective& each : *block)
                if (each.name == "rewriteengine" && !each.arguments.empty())
                    isOn = base::lowered(each.arguments.front()) == "on";
        }
        return isOn;
    }

    std::optional<bool> rewriteByFolder(const Layers& layers, const FolderRules& rules)
    {
        if (!rules.block || m_isFinal)
            return {};
        if (!isRewritingBelow(layers))
            return {};
        const std::string root = m_state.server->value("documentroot");
        std::string base = "/";
        if (rules.folder.starts_with(root) && rules.folder.size() > root.size())
            base = rules.folder.substr(root.size());
        const std::string before = m_state.path;
        const RewriteEnd result = runRewrites(m_state, *rules.block, rules.folder, base);
        if (const auto done = ended(result, layers))
            return done;
        m_isFinal = m_isFinal || result.isFinal;
        if (result.kind != RewriteEnd::Kind::Path || normalizedPath(result.text) == before)
            return {};
        m_state.path = normalizedPath(result.text);
        return false;
    }

    bool handle(const Layers& layers)
    {
        const bool isFolderPath = m_state.file.ends_with('/');
        if (const std::string url = handlerUrl(layers); !url.empty() && !isFolderPath) {
            Pass what;
            what.directive = m_handler;
            what.url = url;
            what.isOnPath = true;
            what.isHandler = true;
            return pass(layers, what);
        }
        if (const parse::ApacheDirective* handler = layers.setting("sethandler"); handler && !handler->arguments.empty()) {
            const std::string name = base::lowered(handler->arguments.front());
            if (name != "none" && proxyHandler(name).empty() && name != "default-handler")
                return end("answers 200 by itself: " + name + placeText(*handler));
        }
        if (isFolderPath)
            if (const auto done = index(layers))
                return *done;
        const parse::ApacheDirective* fallback = layers.setting("fallbackresource");
        if (fallback && !fallback->arguments.empty() && base::lowered(fallback->arguments.front()) != "disabled"
            && isFile(m_state, m_state.file) != Truth::Yes && m_state.path != fallback->arguments.front()) {
            m_state.path = fallback->arguments.front();
            return false;
        }
        if (isKnownToExist(m_state, m_state.file) == false && !isFolderPath)
            return end("answers 404: " + m_state.file + " is not there");
        return end("answers with files below " + m_state.server->value("documentroot", "its own folder"));
    }

    /// DirectoryIndex: the one that is there; where nobody knows, the first that a handler takes.
    std::optional<bool> index(const Layers& layers)
    {
        const parse::ApacheDirective* names = layers.setting("directoryindex");
        const std::vector<std::string> all = names ? names->arguments : std::vector<std::string> { "index.html" };
        const std::string folder = m_state.file;
        const std::string path = m_state.path;
        std::string chosen;
        for (const std::string& each : all) {
            if (base::lowered(each) == "disabled")
                return {};
            const auto known = isKnownToExist(m_state, folder + each);
            if (known == true || (each.starts_with('/') && !known)) {
                chosen = each;
                break;
            }
            if (known == false)
                continue;
            State trial = m_state;
            trial.file = folder + each;
            trial.path = path + each;
            FolderRules ignored;
            if (chosen.empty() && !handlerUrl(layersOfFile(trial, ignored), trial.file).empty())
                chosen = each;
        }
        if (chosen.empty())
            return {};
        m_state.path = chosen.starts_with('/') ? chosen : path + chosen;
        return false;
    }

    /// The url of the handler that takes the file; empty where that is no proxy.
    std::string handlerUrl(const Layers& layers) { return handlerUrl(layers, m_state.file); }

    std::string handlerUrl(const Layers& layers, const std::string& file)
    {
        if (const parse::ApacheDirective* handler = layers.setting("sethandler"); handler && !handler->arguments.empty()
            && base::lowered(handler->arguments.front()) != "none") {
            m_handler = handler;
            return proxyHandler(handler->arguments.front());
        }
        const std::string name = file.substr(file.rfind('/') + 1);
        for (auto block = layers.blocks().rbegin(); block != layers.blocks().rend(); ++block)
            for (auto each = (*block)->rbegin(); each != (*block)->rend(); ++each) {
                if (each->name != "addhandler" || each->arguments.size() < 2)
                    continue;
                for (std::size_t i = 1; i < each->arguments.size(); ++i) {
                    std::string ending = each->arguments[i];
                    if (!ending.starts_with('.'))
                        ending.insert(ending.begin(), '.');
                    if (name.ends_with(ending) && !proxyHandler(each->arguments[0]).empty()) {
                        m_handler = &*each;
                        return proxyHandler(each->arguments[0]);
                    }
                }
            }
        return {};
    }

    State m_state;
    ProxyListener m_from;
    FlowResult m_result;
    const parse::ApacheDirective* m_handler = nullptr;
    bool m_isMapped = false;   ///< the server's own rules gave the file
    bool m_isExcluded = false; ///< by "!" in a location
    bool m_isFinal = false;
};
}

FlowResult followRequest(State state, const ProxyListener& from)
{
    state.path = normalizedPath(state.request.path);
    state.query = state.request.query;
    return RequestFlow(std::move(state), from).run();
}

}
