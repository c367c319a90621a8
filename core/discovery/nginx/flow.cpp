#include "core/discovery/nginx/flow.h"

#include "core/discovery/nginx/location.h"
#include "core/discovery/nginx/pass.h"
#include "core/discovery/nginx/rewrite.h"

#include <algorithm>
#include <charconv>

namespace hopscope::discovery::nginx {

namespace {
constexpr int maximumRedirects = 10; // as in nginx
constexpr int maximumSteps = 400;
constexpr std::size_t maximumAnswers = 32;

bool endsInPhp(std::string_view path) { return path.ends_with(".php"); }

class Flow {
public:
    explicit Flow(const Configuration& configuration)
        : m_configuration(configuration)
    {
    }

    FlowResult run(State state)
    {
        const Scope& server = *state.server->scope;
        for (RewriteEnd& end : runRewrites(std::move(state), server)) {
            if (end.kind == RewriteEnd::Kind::Return)
                answer(std::move(end.state), end.status, end.text, end.directive);
            else
                locate(std::move(end.state));
        }
        return std::move(m_result);
    }

private:
    bool mayGoOn(State& state)
    {
        if (++m_steps > maximumSteps)
            return false;
        if (++state.redirects <= maximumRedirects)
            return true;
        note(state, "rewrites or redirects to itself over and over: nginx answers 500");
        return false;
    }

    void note(const State& state, std::string text)
    {
        if (state.isOnPath && m_result.note.empty())
            m_result.note = std::move(text);
    }

    void locate(State state)
    {
        if (!mayGoOn(state))
            return;
        const Scope& server = *state.server->scope;
        Locations::Choice choice = Locations(server).choose(state.path);
        if (choice.isRedirectedToSlash) {
            note(state, "redirects to " + state.path + "/");
            return;
        }
        if (choice.captures)
            state.capture(*choice.captures);
        if (choice.scope && !choice.scope->own("internal").empty() && !state.isInternal) {
            state.scope = choice.scope;
            answer(std::move(state), 404, {}, choice.scope->own("internal").front());
            return;
        }
        if (!choice.scope) {
            state.scope = &server;
            content(std::move(state));
            return;
        }
        enter(std::move(state), *choice.scope);
    }

    void enter(State state, const Scope& location)
    {
        for (RewriteEnd& end : runRewrites(std::move(state), location)) {
            switch (end.kind) {
            case RewriteEnd::Kind::Return: answer(std::move(end.state), end.status, end.text, end.directive); break;
            case RewriteEnd::Kind::Restart: locate(std::move(end.state)); break;
            case RewriteEnd::Kind::Continue: content(std::move(end.state)); break;
            }
        }
    }

    void enterNamed(State state, const std::string& name)
    {
        if (!mayGoOn(state))
            return;
        state.isInternal = true;
        if (const Scope* location = Locations::named(*state.server->scope, name))
            enter(std::move(state), *location);
        else
            note(state, "there is no location " + name + ": nginx answers 500");
    }

    /// An internal redirect to a named location or a path, which may have a query.
    void redirect(State state, const std::string& to)
    {
        if (to.starts_with('@')) {
            enterNamed(std::move(state), to);
            return;
        }
        const std::string target = expandFirst(state, to);
        const std::size_t question = target.find('?');
        state.path = target.substr(0, question);
        if (question != std::string::npos)
            state.query = target.substr(question + 1);
        state.isInternal = true;
        state.isPathChanged = true;
        locate(std::move(state));
    }

    void content(State state)
    {
        if (++m_steps > maximumSteps)
            return;
        if (const parse::NginxDirective* rule = deniesAll(*state.scope)) {
            answer(std::move(state), 403, {}, rule);
            return;
        }
        noteLimits(state);
        sideRequest(state, "auth_request", false);
        sideRequest(state, "mirror", true);
        const Scope::Directives tries = state.scope->own("try_files");
        if (!tries.empty() && tries.back()->arguments.size() >= 2) {
            tryFiles(std::move(state), tries.back()->arguments);
            return;
        }
        serve(std::move(state));
    }

    /// What may turn the request away here: who asks, with which password, and how often is not known.
    void noteLimits(const State& state)
    {
        if (m_isInSideRequest || m_isInErrorPage)
            return;
        const Scope& scope = *state.scope;
        const auto may = [&](const parse::NginxDirective& rule, int status) { keep(state, status, &rule, false); };
        const auto statusOf = [&](std::string_view directive) {
            const std::string text = scope.value(directive, "503");
            int status = 503;
            std::from_chars(text.data(), text.data() + text.size(), status);
            return status;
        };
        if (const Scope::Directives denies = scope.inherited("deny"); !denies.empty())
            may(*denies.back(), 403);
        if (const Scope::Directives logins = scope.inherited("auth_basic");
            !logins.empty() && !logins.back()->arguments.empty() && logins.back()->arguments.front() != "off")
            may(*logins.back(), 401);
        if (const Scope::Directives limits = scope.inherited("limit_req"); !limits.empty())
            may(*limits.front(), statusOf("limit_req_status"));
        if (const Scope::Directives limits = scope.inherited("limit_conn"); !limits.empty())
            may(*limits.front(), statusOf("limit_conn_status"));
    }

    void keep(const State& state, int status, const parse::NginxDirective* rule, bool isCertain)
    {
        if (m_result.ownAnswers.size() >= maximumAnswers)
            return;
        model::OwnAnswer own;
        own.status = status;
        own.isCertain = isCertain;
        own.flagFile = state.flagFile;
        if (rule) {
            own.place = m_configuration.source().place(*rule);
            own.rule = rule->name;
            for (const std::string& each : rule->arguments)
                if (rule->name != "auth_basic") // its text is for people, and may say anything
                    own.rule += " " + each;
        }
        m_result.ownAnswers.push_back(std::move(own));
    }

    /// The first rule of access where that is "deny all".
    static const parse::NginxDirective* deniesAll(const Scope& scope)
    {
        for (const Scope* each = &scope; each; each = each->parent()) {
            const Scope::Directives allows = each->own("allow");
            const Scope::Directives denies = each->own("deny");
            if (allows.empty() && denies.empty())
                continue;
            const bool isForAll = allows.empty() && !denies.front()->arguments.empty() && denies.front()->arguments.front() == "all";
            return isForAll ? denies.front() : nullptr;
        }
        return nullptr;
    }

    void sideRequest(const State& state, std::string_view directive, bool isMirror)
    {
        const std::string target = state.scope->value(directive, "off");
        if (target == "off" || m_isInSideRequest || !target.starts_with('/'))
            return;
        m_isInSideRequest = true;
        State side = state;
        side.isInternal = true;
        side.isOnPath = state.isOnPath && !isMirror;
        std::string noteBefore = m_result.note;
        const std::size_t before = m_result.targets.size();
        redirect(std::move(side), target);
        for (std::size_t i = before; i < m_result.targets.size(); ++i)
            m_result.targets[i].isMirror = isMirror;
        m_result.note = std::move(noteBefore);
        m_isInSideRequest = false;
    }

    bool isThere(const State& state, const std::string& written, const std::string& path, bool isFollowedByStatus) const
    {
        const bool wantsFolder = written.ends_with('/');
        if (!wantsFolder && path.ends_with('/'))
            return false; // a folder is no file
        if (const std::optional<bool> known = fileExists(state, fileFor(state, path)))
            return *known;
        if (wantsFolder)
            return path == "/" || path == "//";
        const bool isRequested = written == "$uri" || written == "$request_uri" || written == "$document_uri"
            || written == "$fastcgi_script_name";
        if (isRequested)
            return looksLikeFile(path);
        // A literal name: "/maintenance.html" before a fallback is not there as a rule; "/index.html" before "=404" is.
        return isFollowedByStatus && written.find('$') == std::string::npos;
    }

    void tryFiles(State state, const std::vector<std::string>& arguments)
    {
        const std::string& last = arguments.back();
        const bool isStatus = last.starts_with('=');
        for (std::size_t i = 0; i + 1 < arguments.size(); ++i) {
            const bool isFolder = arguments[i].ends_with('/');
            const std::string path = expandFirst(state, arguments[i]);
            if (!isThere(state, arguments[i], path, isStatus && i + 2 == arguments.size()))
                continue;
            state.path = isFolder && path == "//" ? "/" : path;
            serve(std::move(state));
            return;
        }
        if (isStatus) {
            // What hands the request on was written for files that are there.
            if (passOf(*state.scope) && endsInPhp(state.path)) {
                serve(std::move(state));
                return;
            }
            int status = 404;
            std::from_chars(last.data() + 1, last.data() + last.size(), status);
            answer(std::move(state), status, {}, state.scope->own("try_files").back());
            return;
        }
        if (mayGoOn(state))
            redirect(std::move(state), last);
    }

    void serve(State state)
    {
        if (const parse::NginxDirective* pass = passOf(*state.scope)) {
            PassResult found = targetsOf(m_configuration, state, *pass);
            std::move(found.targets.begin(), found.targets.end(), std::back_inserter(m_result.targets));
            if (state.isOnPath)
                std::move(found.warnings.begin(), found.warnings.end(), std::back_inserter(m_result.warnings));
            errorPages(std::move(state));
            return;
        }
        if (state.path.ends_with('/') && index(state))
            return;
        const bool isPlainFile = looksLikeFile(state.path) || state.path.ends_with('/');
        if (!isPlainFile && errorPage(state, 404))
            return;
        note(state, "answers with files of " + fileFor(state, ""));
    }

    /// The index file of a folder, where a script would serve it. True where that took the request.
    bool index(const State& state)
    {
        if (state.redirects > maximumRedirects)
            return false;
        for (const parse::NginxDirective* each : state.scope->inherited("index"))
            for (const std::string& name : each->arguments) {
                const std::string path = state.path + expandFirst(state, name);
                const std::optional<bool> known = fileExists(state, fileFor(state, path));
                if (!known.value_or(endsInPhp(name)))
                    continue;
                State inner = state;
                if (!mayGoOn(inner))
                    return false;
                redirect(std::move(inner), name.starts_with('/') ? name : path);
                return true;
            }
        return false;
    }

    static std::vector<std::string> errorPagesOf(const Scope& scope, int status)
    {
        std::vector<std::string> pages;
        const std::string wanted = std::to_string(status);
        for (const parse::NginxDirective* each : scope.inherited("error_page")) {
            const std::vector<std::string>& arguments = each->arguments;
            const bool isMeant = status == 0 || std::find(arguments.begin(), arguments.end(), wanted) != arguments.end();
            if (arguments.size() >= 2 && isMeant
                && (arguments.back().starts_with('@') || arguments.back().starts_with('/')))
                pages.push_back(arguments.back());
        }
        return pages;
    }

    /// The request's own answer is this status: whether an error_page hands it on.
    bool errorPage(const State& state, int status)
    {
        const std::vector<std::string> pages = errorPagesOf(*state.scope, status);
        if (pages.empty() || state.isInternal)
            return false;
        State inner = state;
        redirect(std::move(inner), pages.front());
        return true;
    }

    /// Where a request that fails behind this block may go: beside the path.
    void errorPages(State state)
    {
        if (m_isInErrorPage)
            return;
        m_isInErrorPage = true;
        const std::string noteBefore = m_result.note;
        for (const std::string& page : errorPagesOf(*state.scope, 0)) {
            State other = state;
            other.isOnPath = false;
            redirect(std::move(other), page);
        }
        m_result.note = noteBefore;
        m_isInErrorPage = false;
    }

    void answer(State state, int status, const std::string& text, const parse::NginxDirective* rule)
    {
        if (!m_isInSideRequest && !m_isInErrorPage)
            keep(state, status, rule, state.isOnPath);
        if (errorPage(state, status))
            return;
        if (!text.empty() && status >= 300 && status < 400)
            note(state, "redirects to " + text);
        else if (status == 444)
            note(state, "closes the connection without an answer (444)");
        else
            note(state, "answers " + std::to_string(status) + " by itself");
    }

    const Configuration& m_configuration;
    FlowResult m_result;
    int m_steps = 0;
    bool m_isInSideRequest = false;
    bool m_isInErrorPage = false;
};
}

FlowResult followRequest(const Configuration& configuration, State state)
{
    return Flow(configuration).run(std::move(state));
}

}
