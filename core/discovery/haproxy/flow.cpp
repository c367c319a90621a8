#include "core/discovery/haproxy/flow.h"

#include "core/base/text.h"
#include "core/discovery/haproxy/condition.h"
#include "core/discovery/haproxy/configuration.h"
#include "core/discovery/haproxy/sample.h"
#include "core/discovery/pattern.h"

#include <algorithm>
#include <cctype>

namespace hopscope::discovery::haproxy {

namespace {

/// The value behind a word: "code 301".
std::string valueAfter(const std::vector<std::string>& words, std::string_view word)
{
    const auto found = std::find(words.begin(), words.end(), word);
    return found == words.end() || found + 1 == words.end() ? std::string() : *(found + 1);
}

std::string redirectNote(const State& state, const std::vector<std::string>& words)
{
    const Request& request = state.request;
    for (const std::string_view kind : { "location", "prefix", "scheme" }) {
        const std::string written = valueAfter(words, kind);
        if (written.empty())
            continue;
        const Sample text = evaluateFormat(state, written);
        if (!text.isKnown())
            return "redirects";
        if (kind == "location")
            return "redirects to " + text.text;
        if (kind == "prefix")
            return "redirects to " + (text.text == "/" ? std::string() : text.text) + request.target();
        return "redirects to " + text.text + "://" + request.hostText + request.target();
    }
    return "redirects";
}

/// `set-var(txn.host) EXPRESSION`, `set-var-fmt(txn.host) FORMAT`
void setVariable(State& state, const std::vector<std::string>& words, std::size_t action)
{
    const std::vector<Call> calls = callsOf(words[action]);
    if (calls.front().arguments.empty() || action + 1 >= words.size())
        return;
    std::string expression = words[action + 1];
    // blanks around commas part an expression into words
    for (std::size_t i = action + 2; i < words.size() && words[i] != "if" && words[i] != "unless"; ++i)
        expression += words[i];
    const bool isFormat = words[action].starts_with("set-var-fmt");
    const Truth truth = conditionOf(state, words).truth;
    if (truth == Truth::No)
        return;
    state.variables[calls.front().arguments.front()] = truth == Truth::Maybe ? Sample::unknown()
        : isFormat                                                           ? evaluateFormat(state, expression)
                                                                             : evaluate(state, expression);
}

void replaceIn(std::string& text, const std::string& expression, const std::string& format)
{
    const Pattern pattern(expression);
    if (!pattern.isValid())
        return;
    if (const auto match = pattern.match(text))
        text = text.substr(0, match->end - match->groups[0].size()) + withGroups(format, *match) + text.substr(match->end);
}

/// Rules that change the request.
void change(State& state, const std::vector<std::string>& words, std::size_t at)
{
    const std::string& action = words[at];
    Request& request = state.request;
    const auto argument = [&](std::size_t i) { return at + i < words.size() ? words[at + i] : std::string(); };
    if ((action == "set-header" || action == "replace-header" || action == "add-header") && !argument(2).empty()) {
        const std::string name = base::lowered(argument(1));
        if (action == "set-header") {
            const Sample value = evaluateFormat(state, argument(2));
            if (name == "host" && value.isKnown())
                request.setHost(value.text);
            else if (value.isKnown())
                request.headers[name] = value.text;
        } else if (action == "replace-header" && name == "host") {
            std::string host = request.hostText;
            replaceIn(host, argument(2), argument(3));
            request.setHost(host);
        }
    } else if (action == "del-header") {
        request.headers.erase(base::lowered(argument(1)));
    } else if (action == "set-path" || action == "set-pathq" || action == "set-uri" || action == "set-query") {
        const Sample value = evaluateFormat(state, argument(1));
        if (!value.isKnown())
            return;
        if (action == "set-path")
            request.path = value.text;
        else if (action == "set-query")
            request.query = value.text;
        else
            request.setTarget(value.text);
    } else if (action == "replace-path") {
        replaceIn(request.path, argument(1), argument(2));
    } else if (action == "replace-pathq" || action == "replace-uri") {
        std::string target = request.target();
        replaceIn(target, argument(1), argument(2));
        request.setTarget(target);
    }
}

/// What ends the request here; empty for other actions.
std::string answerOf(const State& state, const std::vector<std::string>& words, std::size_t at)
{
    const std::string& action = words[at];
    if (action == "redirect")
        return redirectNote(state, words);
    if (action == "deny" || action == "block" || action == "reject") {
        const std::string status = valueAfter(words, "deny_status").empty() ? valueAfter(words, "status") : valueAfter(words, "deny_status");
        return "answers " + (status.empty() ? "403" : status);
    }
    if (action == "tarpit")
        return "answers " + (valueAfter(words, "deny_status").empty() ? std::string("500") : valueAfter(words, "deny_status"));
    if (action == "return")
        return "answers " + (valueAfter(words, "status").empty() ? std::string("200") : valueAfter(words, "status"));
    if (action == "auth")
        return "answers 401";
    if (action == "silent-drop")
        return "drops the connection";
    if (action == "use-service")
        return "answers 200 by itself";
    return {};
}

/// The number of a rule's words before its action, or nothing for lines that are no rule of requests.
std::size_t actionAt(const parse::HaproxyLine& line)
{
    const std::vector<std::string>& words = line.words;
    if (words[0] == "http-request" && words.size() > 1)
        return 1;
    if (words[0] == "tcp-request" && words.size() > 2)
        return 2;
    if (words[0] == "redirect" || words[0] == "block")
        return words.size();
    return 0;
}

std::string withPlace(const std::string& note, const State& state, const parse::HaproxyLine& line)
{
    return note + " (" + state.configuration->place(line).text() + ")";
}

std::string runRule(State& state, const parse::HaproxyLine& line, std::size_t at)
{
    const std::vector<std::string>& words = line.words;
    const bool isShort = at == words.size(); // "redirect …", "block if …"
    if (!isShort && words[at].starts_with("set-var")) {
        setVariable(state, words, at);
        return {};
    }
    const std::size_t action = isShort ? 0 : at;
    if (conditionOf(state, words).truth != Truth::Yes)
        return {};
    const std::string answer = answerOf(state, words, action);
    if (answer.empty()) {
        change(state, words, action);
        return {};
    }
    return answer.starts_with("redirects") ? answer : withPlace(answer, state, line);
}

/// Backends whose names a dynamic `use_backend be_%[…]` may mean.
void addPossible(const Configuration& configuration, const Sample& name, const std::string& written, std::vector<const Section*>& found)
{
    const auto add = [&](const Section* backend) {
        if (backend && std::find(found.begin(), found.end(), backend) == found.end())
            found.push_back(backend);
    };
    for (const std::string& each : name.possible)
        add(configuration.backend(each));
    const std::string before = written.substr(0, written.find("%["));
    const std::string after = written.substr(written.rfind(']') + 1);
    if (before.empty() && after.empty())
        return;
    for (const Section& section : configuration.sections)
        if (section.isBackend() && section.name().starts_with(before) && section.name().ends_with(after)
            && section.name().size() > before.size() + after.size())
            add(&section);
}

bool isDynamic(const std::string& name) { return name.find("%[") != std::string::npos; }

class FrontendFlow {
public:
    explicit FrontendFlow(State state) { m_result.state = std::move(state); }

    FlowResult run()
    {
        State& state = m_result.state;
        const Section& frontend = *state.frontend;
        if (const parse::HaproxyLine* disabled = frontend.setting("disabled")) {
            m_result.note = withPlace("is disabled", state, *disabled);
            return std::move(m_result);
        }
        for (const char* keyword : { "monitor-uri", "stats" })
            if (answersItself(frontend, keyword))
                return std::move(m_result);
        m_result.note = runRules(state, frontend);
        const bool isAnswered = !m_result.note.empty();
        bool isChosen = isAnswered;
        for (const parse::HaproxyLine* line : frontend.lines("use_backend"))
            if (line->words.size() > 1)
                useBackend(*line, isChosen);
        if (const parse::HaproxyLine* line = frontend.setting("default_backend"); line && line->words.size() > 1)
            useDefault(*line, isChosen);
        if (!isChosen && frontend.isBackend() && !ownServers(frontend).empty()) {
            m_result.backends.push_back({ &frontend, true });
            isChosen = true;
        }
        m_result.isUnrouted = !isChosen;
        if (!isChosen)
            m_result.note = "answers 503: no rule of frontend " + frontend.name() + " names a backend for this request";
        return std::move(m_result);
    }

private:
    static std::vector<const parse::HaproxyLine*> ownServers(const Section& section)
    {
        std::vector<const parse::HaproxyLine*> all = section.lines("server");
        for (const char* keyword : { "server-template", "dispatch" })
            for (const parse::HaproxyLine* line : section.lines(keyword))
                all.push_back(line);
        return all;
    }

    bool answersItself(const Section& frontend, const std::string& keyword)
    {
        const parse::HaproxyLine* line = keyword == "stats" ? frontend.setting("stats", "uri") : frontend.setting(keyword);
        const std::size_t at = keyword == "stats" ? 2 : 1;
        if (!line || line->words.size() <= at || frontend.isTcp())
            return false;
        const bool isIt = keyword == "stats" ? m_result.state.request.target().starts_with(line->words[at])
                                             : m_result.state.request.path == line->words[at];
        if (isIt)
            m_result.note = "answers 200 by itself (" + line->words[0] + " " + line->words.back() + ")";
        return isIt;
    }

    void add(const Section* backend, bool isOnPath)
    {
        if (backend)
            m_result.backends.push_back({ backend, isOnPath });
    }

    void warn(const parse::HaproxyLine& line, std::string message)
    {
        m_result.warnings.push_back({ m_result.state.configuration->place(line), std::move(message) });
    }

    void useBackend(const parse::HaproxyLine& line, bool& isChosen)
    {
        const Configuration& configuration = *m_result.state.configuration;
        const std::string& written = line.words[1];
        const ConditionValue condition = conditionOf(m_result.state, line.words);
        const bool isTaken = condition.truth == Truth::Yes && !isChosen;
        if (!isDynamic(written)) {
            const Section* backend = configuration.backend(written);
            if (!backend)
                warn(line, "there is no backend \"" + written + "\"");
            add(backend, isTaken);
            if (isTaken && backend) {
                isChosen = true;
                m_result.isByHost = condition.isByHost;
            }
            return;
        }
        const Sample name = evaluateFormat(m_result.state, written);
        // A name that no backend has: HAProxy goes on to the default one.
        const Section* backend = name.isKnown() ? configuration.backend(name.text) : nullptr;
        if (backend && isTaken) {
            add(backend, true);
            isChosen = true;
            m_result.isByHost = m_result.isByHost || written.find("host") != std::string::npos;
        } else if (name.isKnown() && !name.text.empty() && !backend && isTaken) {
            m_result.note = {};
            warn(line, "there is no backend \"" + name.text + "\" for this request");
        }
        std::vector<const Section*> possible;
        addPossible(configuration, name, written, possible);
        for (const Section* each : possible)
            if (each != backend)
                add(each, false);
    }

    void useDefault(const parse::HaproxyLine& line, bool& isChosen)
    {
        const Section* backend = m_result.state.configuration->backend(line.words[1]);
        if (!backend)
            warn(line, "there is no backend \"" + line.words[1] + "\"");
        add(backend, !isChosen && backend);
        isChosen = isChosen || backend;
    }

    FlowResult m_result;
};
}

std::string runRules(State& state, const Section& section)
{
    std::vector<const parse::HaproxyLine*> all;
    for (const char* keyword : { "tcp-request", "block", "http-request", "redirect" })
        for (const parse::HaproxyLine* line : section.lines(keyword))
            all.push_back(line);
    const Section* before = state.section;
    state.section = &section;
    std::string answer;
    for (const parse::HaproxyLine* line : all) {
        const std::size_t at = actionAt(*line);
        const bool isHttp = line->words[0] != "tcp-request";
        if (at == 0 || (isHttp && section.isTcp()))
            continue;
        answer = runRule(state, *line, at);
        if (!answer.empty())
            break;
    }
    state.section = before;
    return answer;
}

FlowResult followFrontend(State state) { return FrontendFlow(std::move(state)).run(); }

std::vector<const Section*> everyBackend(const Configuration& configuration, const Section& frontend)
{
    std::vector<const Section*> found;
    State state;
    state.configuration = &configuration;
    state.section = state.frontend = &frontend;
    for (const parse::HaproxyLine* line : frontend.lines("use_backend")) {
        if (line->words.size() < 2)
            continue;
        if (const Section* backend = configuration.backend(line->words[1]))
            found.push_back(backend);
        else if (isDynamic(line->words[1]))
            addPossible(configuration, evaluateAny(state, line->words[1]), line->words[1], found);
    }
    if (const parse::HaproxyLine* line = frontend.setting("default_backend"); line && line->words.size() > 1)
        if (const Section* backend = configuration.backend(line->words[1]))
            found.push_back(backend);
    if (frontend.isBackend())
        found.push_back(&frontend);
    return found;
}

}
