#include "core/discovery/nginx/rewrite.h"

#include "core/discovery/nginx/condition.h"
#include "core/discovery/nginx/location.h"

#include <charconv>

namespace hopscope::discovery::nginx {

namespace {
constexpr std::size_t maximumCourses = 64;

/// One course through the directives; a stack, since `if` holds directives of its own.
struct Course {
    struct Frame {
        const Scope* scope;
        std::size_t next;
    };
    State state;
    std::vector<Frame> frames;
    bool isPathRewritten = false;
};

bool isRedirect(const std::string& text)
{
    return text.starts_with("http://") || text.starts_with("https://") || text.starts_with("$scheme");
}

class Runner {
public:
    Runner(State state, const Scope& scope)
    {
        state.scope = &scope;
        m_open.push_back({ std::move(state), { { &scope, 0 } }, false });
    }

    std::vector<RewriteEnd> run()
    {
        while (!m_open.empty()) {
            Course course = std::move(m_open.back());
            m_open.pop_back();
            follow(std::move(course));
        }
        return std::move(m_ends);
    }

private:
    void follow(Course course)
    {
        while (!course.frames.empty()) {
            Course::Frame& frame = course.frames.back();
            if (frame.next >= frame.scope->directives().size()) {
                course.frames.pop_back();
                continue;
            }
            const Scope& scope = *frame.scope;
            const parse::NginxDirective& directive = scope.directives()[frame.next++];
            if (directive.name == "set")
                set(course, directive);
            else if (directive.name == "if")
                enter(course, scope, directive);
            else if (directive.name == "rewrite" && rewrite(course, directive))
                return;
            else if (directive.name == "return" && directive.hasBlock == false && !directive.arguments.empty()) {
                answer(course, directive);
                return;
            } else if (directive.name == "break") {
                course.isPathRewritten = false;
                break;
            }
        }
        finish(course);
    }

    void finish(Course& course)
    {
        const auto kind = course.isPathRewritten ? RewriteEnd::Kind::Restart : RewriteEnd::Kind::Continue;
        m_ends.push_back({ kind, std::move(course.state), 0, {}, nullptr });
    }

    static void set(Course& course, const parse::NginxDirective& directive)
    {
        if (directive.arguments.size() == 2 && directive.arguments[0].starts_with('$'))
            course.state.variables[directive.arguments[0].substr(1)] = expand(course.state, directive.arguments[1]);
    }

    void enter(Course& course, const Scope& scope, const parse::NginxDirective& directive)
    {
        const Scope* inner = scope.child(directive);
        if (!inner)
            return;
        const ConditionValue condition = evaluateCondition(course.state, directive.arguments);
        // What hangs on a file is told with that file: the flag of a maintenance, mostly.
        if (const std::string flag = fileOf(course.state, directive.arguments); !flag.empty())
            course.state.flagFile = flag;
        if (!condition.isCertain && m_open.size() + m_ends.size() < maximumCourses) {
            Course other = course;
            other.state.isOnPath = false;
            if (!condition.isTrue)
                step(other, *inner, condition);
            m_open.push_back(std::move(other));
        }
        if (condition.isTrue)
            step(course, *inner, condition);
    }

    /// The file of "if (-f /srv/closed)"; empty for other conditions.
    static std::string fileOf(const State& state, const std::vector<std::string>& arguments)
    {
        std::string text;
        for (const std::string& each : arguments)
            text += (text.empty() ? "" : " ") + each;
        while (!text.empty() && (text.front() == '(' || text.front() == ' '))
            text.erase(0, 1);
        while (!text.empty() && (text.back() == ')' || text.back() == ' '))
            text.pop_back();
        if (!text.starts_with("-f ") && !text.starts_with("-e ") && !text.starts_with("-d "))
            return {};
        std::string path = expandFirst(state, text.substr(text.find_first_not_of(' ', 2)));
        return path.starts_with('/') ? path : std::string();
    }

    static void step(Course& course, const Scope& inner, const ConditionValue& condition)
    {
        if (condition.captures)
            course.state.capture(*condition.captures);
        course.state.scope = &inner;
        course.frames.push_back({ &inner, 0 });
    }

    /// True where this ends the course.
    bool rewrite(Course& course, const parse::NginxDirective& directive)
    {
        if (directive.arguments.size() < 2)
            return false;
        const std::optional<PatternMatch> match = Pattern(directive.arguments[0]).match(course.state.path);
        if (!match)
            return false;
        State& state = course.state;
        state.capture(*match);
        const std::string flag = directive.arguments.size() > 2 ? directive.arguments[2] : std::string();
        const std::string& replacement = directive.arguments[1];
        const std::string text = expandFirst(state, replacement);
        if (flag == "redirect" || flag == "permanent" || isRedirect(replacement)) {
            m_ends.push_back({ RewriteEnd::Kind::Return, std::move(state), flag == "permanent" ? 301 : 302, text, &directive });
            return true;
        }
        const std::size_t question = text.find('?');
        state.path = text.substr(0, question);
        if (question != std::string::npos) {
            const std::string added = text.substr(question + 1);
            if (added.empty() || state.query.empty() || text.ends_with('?'))
                state.query = text.ends_with('?') && !added.empty() ? added.substr(0, added.size() - 1) : added;
            else
                state.query = added + "&" + state.query;
        }
        state.isPathChanged = true;
        state.isInternal = true;
        course.isPathRewritten = flag != "break";
        if (flag != "last" && flag != "break")
            return false;
        finish(course);
        return true;
    }

    void answer(Course& course, const parse::NginxDirective& directive)
    {
        int status = 302;
        std::string text = directive.arguments[0];
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), status);
        if (error == std::errc() && end == text.data() + text.size())
            text = directive.arguments.size() > 1 ? directive.arguments[1] : std::string();
        else
            status = 302;
        text = expandFirst(course.state, text);
        m_ends.push_back({ RewriteEnd::Kind::Return, std::move(course.state), status, text, &directive });
    }

    std::vector<Course> m_open;
    std::vector<RewriteEnd> m_ends;
};
}

std::vector<RewriteEnd> runRewrites(State state, const Scope& scope) { return Runner(std::move(state), scope).run(); }

}
